"""Files as values, and the one way in which this package writes them.

Everything is staged first, on the same file system; only when every byte is on the disk are the
targets replaced. A machine that dies in between leaves whole files, old or new, never a half.
"""

import contextlib
import os
import secrets
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from checks.errors import CourseError

STAGING = ".writing-"
"""How the folders begin in which files are staged; one is left only when the machine dies."""
JUNK = (
    *("__pycache__", "*.pyc", "*.pyo", "*.db", "*.sqlite3", "*.egg-info", ".DS_Store", "*~"),
    *(".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache"),
    *(".coverage", ".coverage.*", "htmlcov", ".venv", ".checks", ".git", f"{STAGING}*"),
)
"""Names of files and folders that tools leave behind; they are no part of a day."""


@dataclass(frozen=True)
class File:
    """A file's bytes and its permission bits."""

    data: bytes
    mode: int = 0o644

    @property
    def executable(self) -> bool:
        """Whether its owner may run it; the only bit that git keeps."""
        return bool(self.mode & stat.S_IXUSR)


def plain(data: bytes, *, executable: bool = False) -> File:
    """A file with the permissions that git gives one."""
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

    Folders are made as needed; those that a deletion empties are left (see `prune`). Deletions
    come first, so that a folder may take the place of a file.
    """
    written = {path: file for path, file in files.items() if file is not None}
    with tempfile.TemporaryDirectory(prefix=STAGING, dir=_above(files)) as staging:
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


def _above(paths: Iterable[Path]) -> Path:
    """The nearest folder that exists above all paths: surely on their file system."""
    common = Path(os.path.commonpath([path.parent.absolute() for path in paths] or [Path.cwd()]))
    return next(folder for folder in (common, *common.parents) if folder.is_dir())


def _stage(file: File, temporary: Path) -> Path:
    with temporary.open("xb") as stream:
        stream.write(file.data)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.chmod(file.mode)
    return temporary


def remove_tree(folder: Path) -> None:
    """Remove a folder, however deep it goes: shutil.rmtree recurses, and a learner's app may dig.

    Every inner folder is first moved up, so no path grows long. What cannot be removed is left.
    """
    pending = [folder]
    while pending:
        here = pending.pop()
        with contextlib.suppress(OSError):
            here.chmod(0o700)
            for entry in list(here.iterdir()):
                if entry.is_dir() and not entry.is_symlink():
                    pending.append(entry.rename(folder / f".{secrets.token_hex(8)}"))
                else:
                    entry.unlink()
            if here != folder:
                here.rmdir()
    with contextlib.suppress(OSError):
        folder.rmdir()


def prune(folders: Iterable[Path], top: Path) -> None:
    """Remove those folders, and their parents below `top`, that are empty."""
    for folder in folders:
        for each in (folder, *folder.parents):
            if each == top or top not in each.parents:
                break
            with contextlib.suppress(OSError):
                each.rmdir()


def source_files(folder: Path) -> Iterator[Path]:
    """The files of a day's folder in a stable order, without what tools leave behind."""
    for path in sorted(folder.iterdir()):
        if any(fnmatchcase(path.name, junk) for junk in JUNK):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from source_files(path)
        else:
            yield path
