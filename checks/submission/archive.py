"""An archive of small files: the same bytes for the same files, and read as untrusted input.

The archive is a zip without compression. So its bytes depend on no library's version, no entry can
grow when it is read, and every system opens it. Sizes are bounded before anything is read.
"""

import io
import re
import stat
import struct
import zipfile
from collections.abc import Mapping

from checks.files import File

FILE_LIMIT = 1 << 20
COUNT_LIMIT = 1000
TOTAL_LIMIT = 32 << 20
NAME_LIMIT = 400
SIZE_LIMIT = TOTAL_LIMIT + FILE_LIMIT + (COUNT_LIMIT + 2) * 3 * NAME_LIMIT
"""The whole archive: the files, one manifest, and zip's headers for each entry."""

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|\ud800-\udfff]')
_END_RECORD = struct.Struct("<4s4H2LH")
_ZIP64_SIGNATURE = b"PK\x06\x07"


class BadArchive(Exception):
    """An archive that is refused; the message is the end of a sentence."""


def is_safe(name: str) -> bool:
    """Whether a name is a relative path that means the same below any folder of any system."""
    parts = name.split("/")
    return (
        not _UNSAFE.search(name)
        and len(name.encode()) <= NAME_LIMIT
        and all(part not in ("", ".", "..") and len(part.encode()) <= 255 for part in parts)
    )


def pack(files: Mapping[str, File]) -> bytes:
    """The archive's bytes: names in order, no timestamps, only the executable bit as permission."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _ZIP_EPOCH)
            info.create_system = 3  # Unix, on every system
            mode = 0o755 if files[name].executable else 0o644
            info.external_attr = (stat.S_IFREG | mode) << 16
            archive.writestr(info, files[name].data)
    return stream.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The entries by name. Raises BadArchive for anything that `pack` does not write."""
    _check_end(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries, len(data))
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, EOFError, LookupError, ValueError, struct.error) as error:
        raise BadArchive(f"it is damaged ({error})") from error
    except (RuntimeError, NotImplementedError, OverflowError) as error:
        raise BadArchive(f"it is no archive of ours ({error})") from error


def _check_end(data: bytes) -> None:
    """Refuse too many entries, by the count in the end record, before they are read."""
    if len(data) > SIZE_LIMIT:
        raise BadArchive(f"it is larger than {SIZE_LIMIT >> 20} MiB")
    if len(data) < _END_RECORD.size:
        raise BadArchive("it is no archive")
    signature, *_, count, size, _, comment = _END_RECORD.unpack(data[-_END_RECORD.size :])
    if (
        signature != b"PK\x05\x06"
        or comment
        or data[-_END_RECORD.size - 20 :][:4] == _ZIP64_SIGNATURE
    ):
        raise BadArchive("it is no archive of ours")
    # zipfile reads the whole directory, even beyond the count.
    if count > COUNT_LIMIT + 1 or size > (COUNT_LIMIT + 1) * 2 * NAME_LIMIT:
        raise BadArchive(f"it holds more than {COUNT_LIMIT} files")


def _check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or len(names) > COUNT_LIMIT + 1:
        raise BadArchive("a name stands in it twice")
    for entry in entries:
        if not is_safe(entry.orig_filename) or entry.filename != entry.orig_filename:
            raise BadArchive(f"{entry.orig_filename[:80]!r} is no name for a file")
        is_stored = entry.compress_type == zipfile.ZIP_STORED and not entry.flag_bits & 1
        if not is_stored or entry.file_size != entry.compress_size or entry.file_size > FILE_LIMIT:
            raise BadArchive(f"{entry.filename} is packed otherwise, or larger than 1 MiB")
    if sum(entry.file_size for entry in entries) > size:
        raise BadArchive("its entries overlap")
    folders = {name[: slash.start()] for name in names for slash in re.finditer("/", name)}
    if folders & set(names):
        raise BadArchive("a file stands in it where a folder is")
