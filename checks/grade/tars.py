"""The days in a tar archive, which may be hostile: it is never unpacked to the disk.

Only regular files below the days are read. Links are ignored, as in a clone; a path that leads out
of the archive's own folder is an error of the whole archive.
"""

import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from checks.course.course import Day
from checks.errors import CourseError
from checks.files import File, git_file
from checks.submission.archive import COUNT_LIMIT, FILE_LIMIT, TOTAL_LIMIT, is_safe

SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz")
# A clone includes its history: much more data than the learner's files, but limited too.
UNPACKED_LIMIT = 256 << 20
MEMBER_LIMIT = 50_000
DAMAGED = (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, ValueError, OverflowError)


class _LimitedReader(io.RawIOBase):
    """The unpacked stream up to a limit: a small archive may unpack to terabytes."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner
        self._remaining = UNPACKED_LIMIT

    def read(self, size: int = -1) -> bytes:
        data = self._inner.read(min(size, 1 << 20) if size >= 0 else 1 << 20)
        self._remaining -= len(data)
        if self._remaining < 0:
            raise CourseError(f"it unpacks to more than {UNPACKED_LIMIT >> 20} MiB")
        return data


def files_in(path: Path, day: Day) -> Mapping[str, File]:
    """The learner's files of one day, by path from the day's folder; {} for a day not begun.

    Raises CourseError for an archive that is damaged, too large, or reaches beyond itself.
    """
    try:
        return _below(dict(_members(path, day)))
    except DAMAGED as error:
        problem = f"it is damaged ({' '.join(str(error).split())})"
    except OSError as error:
        problem = f"it cannot be read ({error.strerror or 'it is damaged'})"
    except CourseError as error:
        problem = str(error)
    raise CourseError(f"{path} is no submission: {problem}; ask for the file of `checks submit`")


def _members(path: Path, day: Day) -> Iterator[tuple[tuple[str, str], File]]:
    """The learner's files of the day, each with the folder that the day lies in."""
    total = count = 0
    with (
        _open_archive(path) as stream,
        tarfile.open(fileobj=_LimitedReader(stream), mode="r|") as archive,
    ):
        for index, member in enumerate(archive):
            if index >= MEMBER_LIMIT:
                raise CourseError(f"it holds more than {MEMBER_LIMIT} entries")
            parent, name = _split(_checked_name(member.name), day.folder)
            if not member.isreg() or not name or not day.owns(name) or not is_safe(name):
                continue
            if member.size > FILE_LIMIT:
                raise CourseError(f"{name} is larger than 1 MiB")
            total, count = total + member.size, count + 1
            if count > COUNT_LIMIT or total > TOTAL_LIMIT:
                limit = f"{COUNT_LIMIT} files or {TOTAL_LIMIT >> 20} MiB"
                raise CourseError(f"it has more than {limit} of the learner's own")
            content = archive.extractfile(member)
            data = content.read() if content else b""
            yield (parent, name), git_file(data, executable=bool(member.mode & 0o100))


def _checked_name(name: str) -> str:
    if name.startswith("/") or ".." in name.split("/"):
        raise CourseError(f"the path {name[:80]!r} leads out of it")
    return name.removeprefix("./")


@contextmanager
def _open_archive(path: Path) -> Iterator[BinaryIO]:
    name = path.name.lower()
    if name.endswith("gz"):
        with gzip.open(path) as gzip_stream:
            yield cast("BinaryIO", gzip_stream)
    elif name.endswith("xz"):
        with lzma.open(path) as lzma_stream:
            yield cast("BinaryIO", lzma_stream)
    else:
        with path.open("rb") as plain_stream:
            yield plain_stream


def _split(name: str, folder: str) -> tuple[str, str]:
    """The path above the day's folder and the one below, which is "" outside that folder."""
    parent, separator, below = f"/{name}".partition(f"/{folder}/")
    return parent.removeprefix("/"), below if separator else ""


def _below(files: Mapping[tuple[str, str], File]) -> Mapping[str, File]:
    """The files below `days/`, or below the one folder that holds days."""
    parents = {parent for parent, _ in files}
    places = {parent for parent in parents if parent.rpartition("/")[2] == "days"} or parents
    if len(places) > 1:
        raise CourseError(f"it holds days in {len(places)} places: {', '.join(sorted(places)[:3])}")
    return {name: file for (parent, name), file in files.items() if parent in places}
