"""What the grader and its workers share: submissions, results and marks, at any fsspec URL.

    submissions/<hash of the learner's files>.zip
    results/<key of the cell>/<SHA-256 of the content>.json
    marks/<key of the cell>/<name>          a worker has the cell now, or died of it
    senders/<name>                          a grader has put its cohort's files here

A submission and a result are named by their content. So a file that was cut off, as by a killed
worker or a full disk, does not fit its name and counts as absent; no lock and no rename is needed,
which object stores lack.
"""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import parse_qsl, unquote

import fsspec

from checks.errors import CourseError
from checks.files import File, git_file
from checks.grade.key import hash_files
from checks.submission.archive import SIZE_LIMIT, BadArchive, pack, unpack

RESULT_LIMIT = 16 << 20
"""Bytes of one result: what 256 MiB of output are cut to is far less."""
SECRET_LENGTH = 6
"""A parameter of a URL that is as long as this may be a token."""
_LOGIN = re.compile(r"//([^/\s]+)@")
_KEY = re.compile(r"([0-9a-f]{64})")
_RESULT = re.compile(r"([0-9a-f]{64})\.json")
_MARK = re.compile(r"([0-9a-z-]{1,80})")


class StoreError(CourseError):
    """The store does not answer, or cannot be written."""


class Store:
    """The files at one URL; several threads, processes and machines may use it at once.

    Raises StoreError for a URL that fsspec does not know, and in each method when it fails.
    """

    def __init__(self, url: str) -> None:
        self._secrets = secrets_of(url)
        self.name = without_secrets(url, self._secrets)
        try:
            self._fs, self._root = fsspec.core.url_to_fs(url, use_listings_cache=False)
        except Exception as error:
            hint = "name another --store, such as file:///mnt/cohort, or install what is missing"
            reason = self._without_secrets(error)
            raise StoreError(f"The store {self.name} cannot be used: {reason}; {hint}") from error

    def put_submission(self, address: str, files: Mapping[str, File]) -> None:
        """Keep the files of one day under their hash, unless they are there already."""
        if self.submission(address) is None:
            self._write(f"submissions/{address}.zip", pack(files))

    def submission(self, address: str) -> dict[str, File] | None:
        """The files with this hash; None when they are not there whole."""
        data = self._read(f"submissions/{address}.zip", SIZE_LIMIT)
        try:
            files = _unpack(data) if data is not None else {}
        except BadArchive:
            return None
        return files if data is not None and hash_files(files) == address else None

    def put_result(self, key: str, data: bytes) -> None:
        """Keep a result of the cell under its own hash."""
        self._write(f"results/{key}/{hashlib.sha256(data).hexdigest()}.json", data)

    def result(self, key: str) -> bytes | None:
        """The whole result of a cell; of several the first by name, so that all readers agree."""
        for digest in self._list(f"results/{key}", _RESULT):
            data = self._read(f"results/{key}/{digest}.json", RESULT_LIMIT)
            if data is not None and hashlib.sha256(data).hexdigest() == digest:
                return data
        return None

    def answered(self) -> set[str]:
        """The keys of the cells that may have a result."""
        return set(self._list("results", _KEY))

    def begun(self) -> set[str]:
        """The keys of the cells that may have marks."""
        return set(self._list("marks", _KEY))

    def marks(self, key: str) -> list[str]:
        """The names of a cell's marks, in order."""
        return self._list(f"marks/{key}", _MARK)

    def put_mark(self, key: str, name: str, content: str) -> None:
        """Write a mark, or change it: whoever sees it change knows that its worker lives."""
        self._write(f"marks/{key}/{name}", content.encode())

    def mark(self, key: str, name: str) -> str:
        """What the mark says; "" for one that is gone."""
        return (self._read(f"marks/{key}/{name}", 1000) or b"").decode(errors="replace")

    def remove_mark(self, key: str, name: str) -> None:
        """Take a mark away: its worker is done with the cell."""
        self._remove(f"marks/{key}/{name}")

    def put_sender(self, name: str) -> None:
        """Say that this is the store of a grader: its workers know by that whether it is theirs."""
        self._write(f"senders/{name}", b"1")

    def has_sender(self, name: str) -> bool:
        """Whether the grader of this name uses this store."""
        return bool(name) and self._read(f"senders/{name}", 1000) is not None

    def forget_results(self, key: str) -> None:
        """Remove each result of a cell, so that it can be asked again; a worker may have it now."""
        for digest in self._list(f"results/{key}", _RESULT):
            self._remove(f"results/{key}/{digest}.json")

    def _list(self, folder: str, pattern: re.Pattern[str]) -> list[str]:
        """What the pattern takes out of the names in a folder, in order; [] without a folder."""
        with self._told(), suppress(FileNotFoundError):
            self._fs.invalidate_cache()
            paths = self._fs.ls(f"{self._root}/{folder}", detail=False)
            names = (path.rstrip("/").rpartition("/")[2] for path in paths)
            return sorted(match[1] for name in names if (match := pattern.fullmatch(name)))
        return []

    def _read(self, name: str, limit: int) -> bytes | None:
        """The bytes of a file; None when it is absent, or larger than `limit`."""
        with self._told(), suppress(FileNotFoundError):
            data: bytes = self._fs.cat_file(f"{self._root}/{name}", end=limit + 1)
            return data if len(data) <= limit else None
        return None

    def _write(self, name: str, data: bytes) -> None:
        with self._told():
            path = f"{self._root}/{name}"
            self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
            self._fs.pipe_file(path, data)

    def _remove(self, name: str) -> None:
        with self._told(), suppress(FileNotFoundError):
            self._fs.rm_file(f"{self._root}/{name}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            reason = self._without_secrets(error)
            message = f"The store {self.name} does not answer ({reason})"
            raise StoreError(f"{message}; see that it can be read and written from here") from error

    def _without_secrets(self, error: Exception) -> str:
        """What the backend says, in one line: it may repeat the URL."""
        text = str(getattr(error, "strerror", None) or error) or type(error).__name__
        return " ".join(without_secrets(text, self._secrets).split())[:500]


def secrets_of(url: str) -> list[str]:
    """What of a URL nobody may see, the longest first: the login before a host, the parameters.

    As it stands there and as it is meant, and the password by itself, since a backend names that.
    """
    logins = _LOGIN.findall(url)
    parameters = url.partition("?")[2] if "://" in url else ""
    passwords = [login.partition(":")[2] for login in logins]
    written = {*logins, *passwords, parameters}
    values = {value for _, value in parse_qsl(parameters) if len(value) >= SECRET_LENGTH}
    return sorted({*written, *map(unquote, written), *values} - {""}, key=len, reverse=True)


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """The text as it may be shown."""
    for secret in secrets:
        text = text.replace(secret, "**")
    return text


def _unpack(data: bytes) -> dict[str, File]:
    """The files of an archive that `pack` wrote. Raises BadArchive for any other."""
    contents = unpack(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
    return {
        name: git_file(content, executable=bool(modes[name] & 0o100))
        for name, content in contents.items()
    }
