"""Files as values, and the atomic replacement with which this package writes them.

Every file is staged first, on the same file system. The targets are replaced when every byte is on
the disk, so a crash of the machine leaves whole files, old or new, never a half.
"""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from checks.errors import CourseError

STAGING_PREFIX = ".writing-"
"""The prefix of staging folders; one is left behind only by a crash of the machine."""
IGNORED_NAMES = (
    *("__pycache__", "*.pyc", "*.pyo", "*.db", "*.sqlite3", "*.egg-info", ".DS_Store", "*~"),
    *(".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache"),
    *(".coverage", ".coverage.*", "htmlcov", ".venv", ".checks", ".git", f"{STAGING_PREFIX}*"),
)
"""Patterns of files and folders that tools create; they are no part of a day."""


@dataclass(frozen=True)
class File:
    """A file's bytes and its permission bits."""

    data: bytes
    mode: int = 0o644

    @property
    def executable(self) -> bool:
        """Whether the owner may run the file; the only permission that git stores."""
        return bool(self.mode & stat.S_IXUSR)


def git_file(data: bytes, *, executable: bool = False) -> File:
    """A file with the permissions that git stores: 0644, or 0755 when it is executable."""
    return File(data, 0o755 if executable else 0o644)


def read_file(path: Path) -> File | None:
    """The file at a path; None when there is nothing.

    Raises CourseError for a symbolic link, a folder or a device: those are never replaced.
    """
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(status.st_mode):
        raise CourseError(f"{path} is not a plain file; move it away and try again")
    return File(path.read_bytes(), stat.S_IMODE(status.st_mode))


def replace_all(files: Mapping[Path, File | None]) -> None:
    """Write every file and delete those that are None; all are staged before the first changes.

    Missing folders are created; those that a deletion empties stay (`remove_empty_folders`).
    Deletions come first, so that a folder may replace a file.
    """
    written = {path: file for path, file in files.items() if file is not None}
    with tempfile.TemporaryDirectory(prefix=STAGING_PREFIX, dir=_common_folder(files)) as staging:
        staged = [
            (_stage(file, Path(staging, str(number))), path)
            for number, (path, file) in enumerate(written.items())
        ]
        for path in files.keys() - written.keys():
            with contextlib.suppress(NotADirectoryError):
                path.unlink(missing_ok=True)
        for temporary, path in staged:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(path)


def write_file(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write one file atomically."""
    replace_all({path: File(data, mode)})


def _common_folder(paths: Iterable[Path]) -> Path:
    """The nearest existing folder above all paths: it is on their file system."""
    common = Path(os.path.commonpath([path.parent.absolute() for path in paths] or [Path.cwd()]))
    return next(folder for folder in (common, *common.parents) if folder.is_dir())


def _stage(file: File, temporary: Path) -> Path:
    with temporary.open("xb") as stream:
        stream.write(file.data)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.chmod(file.mode)
    return temporary


def make_readable(folder: Path) -> None:
    """Give a folder and everything in it the modes that other users need, whatever the umask is."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


def remove_empty_folders(folders: Iterable[Path], top: Path) -> None:
    """Remove those folders, and their parents below `top`, that are empty."""
    for folder in folders:
        for parent in (folder, *folder.parents):
            if parent == top or top not in parent.parents:
                break
            with contextlib.suppress(OSError):
                parent.rmdir()


def source_files(folder: Path) -> Iterator[Path]:
    """The files of a day's folder in a stable order, without `IGNORED_NAMES`."""
    for path in sorted(folder.iterdir()):
        if any(fnmatchcase(path.name, pattern) for pattern in IGNORED_NAMES):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from source_files(path)
        else:
            yield path
