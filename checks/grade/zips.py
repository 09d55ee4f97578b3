"""The files of a zip archive, which may be hostile: nothing is unpacked to the disk.

What GitHub, macOS, Windows and Info-ZIP write is read. Only regular files count; a link is ignored,
as in a clone. Sizes are bounded by what comes out, never by what a header says. Sources: PKWARE's
APPNOTE.TXT 6.3.10 (4.4.2, 4.4.4, appendix D), Info-ZIP's extra field 0x5455.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from checks.errors import CourseError
from checks.grade import tree
from checks.grade.placement import checked, composed
from checks.grade.tree import Entry, Tree

DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, struct.error),
    *(RuntimeError, NotImplementedError, OverflowError),
)
DIRECTORY_LIMIT = tree.MEMBER_LIMIT * 512
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_UNIX, _UTF8, _ENCRYPTED = 3, 0x800, 0x1
_COMMIT = re.compile(rb"[0-9a-f]{40}|[0-9a-f]{64}")
_OTHER_KINDS = {
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zX": "an xz archive",
}


def open_zip(source: Path | bytes, label: str, within: str = "") -> Tree:
    """The tree of an archive, or of one entry of it: `within` is a folder or a file.

    Raises CourseError for an archive that is damaged, too large, or reaches beyond itself.
    """
    directory = _directory_of(source)
    infos, twice = _named(directory, within)
    entries = {name: _entry(info, directory.has_modes) for name, info in infos.items()}

    def read(names: Collection[str], limit: int) -> Iterator[tuple[str, bytes]]:
        with _opened(source) as archive:
            for name in sorted(names):
                yield name, _content(archive, infos[name], name, limit)

    return Tree(label, entries, read, twice)


def names_in(path: Path) -> list[str]:
    """The names of all regular files, also of those that lead out of the archive.

    Raises CourseError for an archive that is damaged or too large.
    """
    return [name for name, _ in _directory_of(path).files]


@dataclass(frozen=True)
class _Directory:
    """The regular files of an archive in its order, and whether it records permissions."""

    files: tuple[tuple[str, zipfile.ZipInfo], ...]
    has_modes: bool


def _directory_of(source: Path | bytes) -> _Directory:
    if isinstance(source, bytes):
        return _read_directory(source)
    status = source.stat()
    return _remembered_directory(source, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=2)
def _remembered_directory(path: Path, _changed_at: int, _size: int) -> _Directory:
    """The directory of a file as it is now: a bulk download is asked for it with each person."""
    return _read_directory(path)


def _read_directory(source: Path | bytes) -> _Directory:
    with _opened(source) as archive:
        infos = archive.infolist()
        named = ((composed(_decoded(info).replace("\\", "/")), info) for info in infos)
        files = tuple((n, info) for n, info in named if not n.endswith("/") and _is_regular(info))
        return _Directory(files, _records_modes(archive))


@contextmanager
def _opened(source: Path | bytes) -> Iterator[zipfile.ZipFile]:
    try:
        with source.open("rb") if isinstance(source, Path) else io.BytesIO(source) as stream:
            _check_end(stream)
            with zipfile.ZipFile(stream) as archive:
                yield archive
    except DAMAGED as error:
        raise CourseError(f"it is damaged ({' '.join(str(error).split())[:200]})") from error
    except OSError as error:
        raise CourseError(f"it cannot be read ({error.strerror or 'it is damaged'})") from error


def _check_end(stream: BinaryIO) -> None:
    """Bound the central directory before zipfile reads it into memory, whatever it claims."""
    start = stream.read(8)
    for magic, kind in _OTHER_KINDS.items():
        if start.startswith(magic):
            raise CourseError(f"it is {kind}, whatever it is called")
    size = stream.seek(0, io.SEEK_END)
    tail_start = max(size - _END.size - 0xFFFF - _LOCATOR.size, 0)
    stream.seek(tail_start)
    tail = stream.read()
    position = tail.rfind(b"PK\x05\x06")
    if position < 0 or len(tail) - position < _END.size:
        cut_off = "it is cut off: the zip has no end" if start.startswith(b"PK") else "it is no zip"
        raise CourseError(cut_off if size else "it is empty")
    _, _, _, _, count, length, _, _ = _END.unpack_from(tail, position)
    claims = [(count, length), *_claims64(stream, tail_start + position)]
    if any(count > tree.MEMBER_LIMIT or length > DIRECTORY_LIMIT for count, length in claims):
        raise CourseError(f"it holds more than {tree.MEMBER_LIMIT} entries")
    stream.seek(0)


def _claims64(stream: BinaryIO, end: int) -> Iterator[tuple[int, int]]:
    """What the ZIP64 records say; versions of zipfile differ in which of two places they read."""
    stream.seek(max(end - _LOCATOR.size, 0))
    locator = stream.read(_LOCATOR.size)
    if not locator.startswith(b"PK\x06\x07"):
        return
    for place in (_LOCATOR.unpack(locator)[2], end - _LOCATOR.size - _END64.size):
        stream.seek(min(max(place, 0), end))
        record = stream.read(_END64.size)
        if len(record) == _END64.size:
            *_, count, length, _ = _END64.unpack(record)
            yield count, length


def _named(directory: _Directory, within: str) -> tuple[dict[str, zipfile.ZipInfo], frozenset[str]]:
    """The files by name, and the names that occur more than once.

    Of a folder `within`, names are those below it; a file keeps its own. Raises CourseError for a
    name that leads out; one that somebody else handed in is nobody's fault here.
    """
    infos: dict[str, zipfile.ZipInfo] = {}
    twice = set()
    for name, info in directory.files:
        if within and name != within and not name.startswith(f"{within}/"):
            continue
        own = checked(name).removeprefix(f"{within}/") if within else checked(name)
        if own in infos:
            twice.add(own)
        infos[own] = info
    return infos, frozenset(twice)


def _decoded(info: zipfile.ZipInfo) -> str:
    """The name as its system meant it: macOS stores UTF-8 without the flag that says so.

    Windows stores the code page of the console, which is 866 for Russian; zipfile reads 437.
    """
    if info.flag_bits & _UTF8:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp866")


def _is_regular(info: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == _UNIX else 0
    return kind in (0, stat.S_IFREG)


def _records_modes(archive: zipfile.ZipFile) -> bool:
    """Whether the archive records permissions.

    `git archive`, which GitHub runs, writes them for executable files only, and the commit as the
    archive's comment.
    """
    has_unix = any(i.create_system == _UNIX and i.external_attr >> 16 for i in archive.infolist())
    return has_unix or bool(_COMMIT.fullmatch(archive.comment))


def _entry(info: zipfile.ZipInfo, has_modes: bool) -> Entry:
    executable = bool(info.external_attr >> 16 & stat.S_IXUSR) if has_modes else None
    return Entry(info.file_size, executable, _modified(info))


def _modified(info: zipfile.ZipInfo) -> datetime | None:
    """The time of the file: UTC from Info-ZIP's field, else the packer's local time."""
    extra = info.extra
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == 0x5455 and len(field) >= 5 and field[0] & 1:
            return datetime.fromtimestamp(struct.unpack_from("<l", field, 1)[0], UTC)
    try:
        local = datetime(*info.date_time)  # noqa: DTZ001 - its zone is not known
    except ValueError:
        return None
    return local if local.year > 1980 else None


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, limit: int) -> bytes:
    if info.flag_bits & _ENCRYPTED:
        raise CourseError("it is encrypted; nobody here knows its password")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise CourseError(f"{name} is compressed in an unusual way; pack it as a plain zip")
    with archive.open(info) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise CourseError(f"{name} is larger than {limit >> 20} MiB")
    return data
