"""A learners' copy of the workbook: one that `checks handout` made, without the solutions.

`.course/base.zip` has the files as they were handed out. It marks the copy, has the
starters for `checks reset`, and is the base of the merge when a newer course comes.
"""

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from checks.errors import CourseError
from checks.files import File, git_file

BASE = ".course/base.zip"
TOTAL_LIMIT = 128 << 20
NOT_THE_COURSES = frozenset({".git", ".checks", ".venv", ".course"})
"""Folders that no handout writes to."""

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def is_learners_copy(root: Path) -> bool:
    return (root / BASE).is_file()


def in_learners_copy() -> bool:
    """Whether the current folder is inside one."""
    here = Path.cwd()
    return any(is_learners_copy(folder) for folder in (here, *here.parents))


def pack_base(files: Mapping[str, File]) -> bytes:
    """The archive of a handout's files, in the order of their names and without times."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _ZIP_EPOCH)
            info.create_system = 3  # Unix, on every system
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IFREG | (files[name].mode & 0o777)) << 16
            archive.writestr(info, files[name].data)
    return stream.getvalue()


def read_base(path: Path) -> dict[str, File]:
    """The files of a handout, by path. Raises CourseError for what is no such archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) <= TOTAL_LIMIT and all(
                _is_safe(entry.filename) for entry in entries
            ):
                return {entry.filename: _file(archive, entry) for entry in entries}
    except (OSError, ValueError, EOFError, RuntimeError, NotImplementedError, zipfile.error):
        pass
    raise CourseError(f"{path} is no handout, or it is damaged; get it anew from your instructor")


def _file(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> File:
    executable = bool(entry.external_attr >> 16 & stat.S_IXUSR)
    return git_file(archive.read(entry), executable=executable)


def _is_safe(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return (
        bool(parts)
        and "/".join(parts) == name
        and not {".", ".."} & set(parts)
        and not name.startswith("/")
        and not any(ord(c) < 32 or c in '\\:*?"<>|' for c in name)
        and parts[0] not in NOT_THE_COURSES
    )
