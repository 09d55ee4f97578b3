"""The days in a tar archive, read as if by an enemy: nothing of it is ever written to the disk.

Only plain files below the days are looked at. A link in it leads nowhere, as in a clone; a path
that would leave the archive's own folder speaks against the whole archive.
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
from checks.files import File, plain
from checks.submission.archive import COUNT_LIMIT, FILE_LIMIT, TOTAL_LIMIT, is_safe

SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz")
# A clone comes with its history: much more than what the learner owns, and bounded all the same.
UNPACKED_LIMIT = 256 << 20
MEMBER_LIMIT = 50_000
DAMAGED = (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, ValueError, OverflowError)


class _Bounded(io.RawIOBase):
    """What is unpacked, as long as it is not too much: a small file may hold terabytes."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner
        self._left = UNPACKED_LIMIT

    def read(self, size: int = -1) -> bytes:
        data = self._inner.read(min(size, 1 << 20) if size >= 0 else 1 << 20)
        self._left -= len(data)
        if self._left < 0:
            raise CourseError(f"it unpacks to more than {UNPACKED_LIMIT >> 20} MiB")
        return data


def files_in(path: Path, day: Day) -> Mapping[str, File]:
    """The learner's files of one day, by path from the day's folder; {} for a day not begun.

    Raises CourseError for an archive that is damaged, too large, or reaches beyond itself.
    """
    try:
        return _below(dict(_members(path, day)))
    except DAMAGED as error:
        said = f"it is damaged ({' '.join(str(error).split())})"
    except OSError as error:
        said = f"it cannot be read ({error.strerror or 'it is damaged'})"
    except CourseError as error:
        said = str(error)
    raise CourseError(f"{path} is no submission: {said}; ask for the file of `checks submit`")


def _members(path: Path, day: Day) -> Iterator[tuple[tuple[str, str], File]]:
    """The learner's files of the day, each with the folder that the day lies in."""
    total = count = 0
    with _opened(path) as stream, tarfile.open(fileobj=_Bounded(stream), mode="r|") as archive:
        for number, member in enumerate(archive):
            if number >= MEMBER_LIMIT:
                raise CourseError(f"it holds more than {MEMBER_LIMIT} entries")
            above, name = _split(_checked(member.name), day.folder)
            if not member.isreg() or not name or not day.owns(name) or not is_safe(name):
                continue
            if member.size > FILE_LIMIT:
                raise CourseError(f"{name} is larger than 1 MiB")
            total, count = total + member.size, count + 1
            if count > COUNT_LIMIT or total > TOTAL_LIMIT:
                most = f"{COUNT_LIMIT} files or {TOTAL_LIMIT >> 20} MiB"
                raise CourseError(f"it has more than {most} of the learner's own")
            content = archive.extractfile(member)
            data = content.read() if content else b""
            yield (above, name), plain(data, executable=bool(member.mode & 0o100))


def _checked(name: str) -> str:
    if name.startswith("/") or ".." in name.split("/"):
        raise CourseError(f"the path {name[:80]!r} leads out of it")
    return name.removeprefix("./")


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    name = path.name.lower()
    if name.endswith("gz"):
        with gzip.open(path) as zipped:
            yield cast("BinaryIO", zipped)
    elif name.endswith("xz"):
        with lzma.open(path) as packed:
            yield cast("BinaryIO", packed)
    else:
        with path.open("rb") as bare:
            yield bare


def _split(name: str, folder: str) -> tuple[str, str]:
    """The path above the day's folder and the one below; that is "" for what is not in it."""
    above, found, below = f"/{name}".partition(f"/{folder}/")
    return above.removeprefix("/"), below if found else ""


def _below(found: Mapping[tuple[str, str], File]) -> Mapping[str, File]:
    """The files below `days/`, or below the one folder that holds days."""
    above = {each for each, _ in found}
    named = {each for each in above if each.rpartition("/")[2] == "days"} or above
    if len(named) > 1:
        raise CourseError(f"it holds days in {len(named)} places: {', '.join(sorted(named)[:3])}")
    return {name: file for (each, name), file in found.items() if each in named}
