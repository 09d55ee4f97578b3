"""The files of a tar archive, which may be hostile: it is never unpacked to the disk.

Only regular files count. Links are ignored, as in a clone; a path that leads out of the archive's
own folder is an error of the whole archive.
"""

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, BinaryIO, NoReturn, Self, cast

from checks.errors import CourseError
from checks.grade import tree
from checks.grade.placement import checked
from checks.grade.tree import Entry, Tree

# A clone includes its history: much more data than the learner's files, but limited too.
UNPACKED_LIMIT = 256 << 20
HEADER_LIMIT = 1 << 20
"""Bytes of a long name, or of the records before an entry: tarfile parses them in memory."""
RECORDS = (
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
)
DAMAGED = (
    *(tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, ValueError, OverflowError),
    RecursionError,  # tarfile reads the records before an entry one inside the other
)


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


class _Header(tarfile.TarInfo):
    """An entry's header, refused where a few bytes would make tarfile use much memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Raises CourseError for records that are too long."""
        header = super().frombuf(buf, encoding, errors)
        if header.type in RECORDS and header.size > HEADER_LIMIT:
            raise CourseError(f"the records of an entry are longer than {HEADER_LIMIT >> 20} MiB")
        return header

    def _refuse_sparse(self, *_: object) -> NoReturn:
        raise CourseError("it holds a sparse file; pack it without --sparse")

    # tarfile keeps the map of a sparse file in memory, thirty times as large as it is in the file
    _proc_sparse = _proc_gnusparse_00 = _proc_gnusparse_01 = _proc_gnusparse_10 = _refuse_sparse


def open_tar(source: Path | bytes, name: str) -> Tree:
    """The tree of an archive; `name` is the file's, whose ending says how it is compressed.

    Raises CourseError for an archive that is damaged, too large, or reaches beyond itself.
    """
    entries = {}
    with _opened(source, name) as archive:
        for path, member in _members(archive):
            modified = datetime.fromtimestamp(member.mtime, UTC) if member.mtime > 0 else None
            entries[path] = Entry(member.size, bool(member.mode & 0o100), modified)

    def read(names: Collection[str], limit: int) -> Iterator[tuple[str, bytes]]:
        with _opened(source, name) as opened:
            for path, member in _members(opened):
                if path in names:
                    if member.size > limit:
                        raise CourseError(f"{path} is larger than {limit >> 20} MiB")
                    content = opened.extractfile(member)
                    yield path, content.read() if content else b""

    return Tree(name, entries, read)


def _members(archive: tarfile.TarFile) -> Iterator[tuple[str, tarfile.TarInfo]]:
    """The regular files; of two with one name the later is the file's newer version."""
    for index, member in enumerate(archive):
        if index >= tree.MEMBER_LIMIT:
            raise CourseError(f"it holds more than {tree.MEMBER_LIMIT} entries")
        if not 0 <= member.size <= UNPACKED_LIMIT:  # tarfile skips blocks, also behind the end
            raise CourseError(f"it unpacks to more than {UNPACKED_LIMIT >> 20} MiB")
        name = checked(member.name)
        if member.isreg():
            yield name, member


@contextmanager
def _opened(source: Path | bytes, name: str) -> Iterator[tarfile.TarFile]:
    try:
        with (
            source.open("rb") if isinstance(source, Path) else io.BytesIO(source) as raw,
            _unpacked(cast("BinaryIO", raw), name.lower()) as stream,
            tarfile.open(
                fileobj=_LimitedReader(cast("BinaryIO", stream)), mode="r|", tarinfo=_Header
            ) as archive,
        ):
            yield archive
    except DAMAGED as error:
        raise CourseError(f"it is damaged ({' '.join(str(error).split())})") from error
    except OSError as error:
        raise CourseError(f"it cannot be read ({error.strerror or 'it is damaged'})") from error


def _unpacked(raw: BinaryIO, name: str) -> "IO[bytes] | gzip.GzipFile":
    if name.endswith("gz"):
        return gzip.open(raw)
    if name.endswith("xz"):
        return lzma.open(raw)
    if name.endswith("bz2"):
        return bz2.open(raw)
    return raw
