"""The files of a folder on the instructor's disk; a link is never followed."""

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from checks.errors import CourseError
from checks.grade import tree
from checks.grade.placement import FOLDERS, composed, is_ignored
from checks.grade.tree import Entry, Tree
from checks.submission.archive import NAME_LIMIT

DEPTH_LIMIT = NAME_LIMIT // 2


def days_folder(folder: Path) -> Path | None:
    """The folder that the days lie in: `days/` of a workbook, or the folder itself."""
    for candidate in (folder / "days", folder):
        if (
            candidate.is_dir()
            and not candidate.is_symlink()
            and FOLDERS & {p.name for p in candidate.iterdir()}
        ):
            return candidate
    return None


def open_folder(folder: Path, label: str) -> Tree:
    """The tree of a folder. Raises CourseError for a link and for too many files.

    The times of its files are those of the copy, not of the work, so they count for nothing.
    """
    if folder.is_symlink():
        raise CourseError(f"{label} is a link; ask for the folder itself")
    paths: dict[str, Path] = {}
    twice = set()
    for path in _regular_files(folder):
        name = composed(path.relative_to(folder).as_posix())
        if name in paths:
            twice.add(name)
        paths[name] = path
        if len(paths) > tree.MEMBER_LIMIT:
            raise CourseError(f"{label} holds more than {tree.MEMBER_LIMIT} files")
    entries = {name: _entry(path) for name, path in paths.items()}

    def read(names: Collection[str], limit: int) -> Iterator[tuple[str, bytes]]:
        for name in sorted(names):
            yield name, _content(paths[name], name, limit)

    return Tree(label, entries, read, frozenset(twice))


def _regular_files(folder: Path) -> Iterator[Path]:
    for current, folders, names in os.walk(folder, followlinks=False):
        # a deeper name would not be safe, and os.walk itself recurses
        is_too_deep = len(Path(current).relative_to(folder).parts) >= DEPTH_LIMIT
        folders[:] = [] if is_too_deep else sorted(f for f in folders if not is_ignored(f))
        yield from (
            Path(current, name)
            for name in sorted(names)
            if not is_ignored(name) and stat.S_ISREG(Path(current, name).lstat().st_mode)
        )


def _entry(path: Path) -> Entry:
    status = path.lstat()
    return Entry(status.st_size, bool(status.st_mode & stat.S_IXUSR))


def _content(path: Path, name: str, limit: int) -> bytes:
    """The file's bytes; `O_NOFOLLOW` refuses a link that has replaced the file since."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise CourseError(f"{name} is larger than {limit >> 20} MiB")
    return data
