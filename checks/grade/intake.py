"""Submissions as an instructor has them: archives, clones, or a folder full of either.

Nothing in them is trusted: a link is never followed, a name never becomes a path, and what cannot
be read is reported with its row, not left out.
"""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.archive import COUNT_LIMIT, FILE_LIMIT, NAME_LIMIT, TOTAL_LIMIT, is_safe
from checks.course import DAYS, Day
from checks.errors import CourseError
from checks.files import File, plain
from checks.submission import read_submission

FOLDERS = frozenset(day.folder for day in DAYS)
NOT_ENTERED = frozenset({"__pycache__", ".venv", ".git", ".checks", "node_modules"})
DEPTH_LIMIT = NAME_LIMIT // 2


@dataclass(frozen=True)
class Submission:
    """One person's work: the row's name and where it lies (an archive, a clone, its days)."""

    name: str
    source: Path


def find(sources: Sequence[Path]) -> tuple[Submission, ...]:
    """Every submission that the sources hold, by name.

    A source is an archive of `checks submit`, a workbook, a folder of days, or a folder of these.
    Raises CourseError for a source that is none of them, and for a name that two would have.
    """
    found: dict[str, Submission] = {}
    for source in sources:
        for each in _in(source):
            if each.name in found:
                both = f"{found[each.name].source} and {each.source}"
                raise CourseError(f"{both} would both be called {each.name!r}; rename one")
            found[each.name] = each
    return tuple(found[name] for name in sorted(found))


def _in(source: Path) -> Iterator[Submission]:
    if not source.exists():
        raise CourseError(f"{source} does not exist; name archives, clones, or a folder of them")
    if source.is_file() or _days_of(source):
        yield Submission(_name(source), source)
        return
    inner = sorted(p for p in source.iterdir() if not p.name.startswith("."))
    kept = [p for p in inner if p.suffix == ".zip" or (p.is_dir() and not p.is_symlink())]
    if not kept:
        raise CourseError(f"{source} holds no submission: neither archives nor folders with days/")
    yield from (Submission(_name(path), path) for path in kept)


def _name(path: Path) -> str:
    """What the gradebook calls it: the file's name, with nothing in it that is no text."""
    return printable(path.resolve().name.removesuffix(".zip"))


def printable(text: str) -> str:
    """The text without controls and without bytes that are no text: no file could hold those."""
    return "".join(c if c.isprintable() else "�" for c in text)


def _days_of(folder: Path) -> Path | None:
    """The folder that the days lie in: `days/` of a workbook, or the folder itself."""
    for each in (folder / "days", folder):
        if each.is_dir() and not each.is_symlink() and FOLDERS & {p.name for p in each.iterdir()}:
            return each
    return None


def files_of(submission: Submission, day: Day) -> Mapping[str, File]:
    """The learner-owned files of one day, by path from the day's folder; {} for a day not begun.

    Raises CourseError for an archive that is none, and for files too large or too many.
    """
    if submission.source.is_file():
        inside = f"days/{day.folder}/"
        packed = read_submission(submission.source).files
        named = {p.removeprefix(inside): f for p, f in packed.items() if p.startswith(inside)}
        return {path: file for path, file in named.items() if day.owns(path)}
    days = _days_of(submission.source)
    if days is None:
        raise CourseError(f"{submission.source} holds no days: no {DAYS[0].folder}, no days/")
    return _owned(days / day.folder, day)


def _owned(folder: Path, day: Day) -> Mapping[str, File]:
    files: dict[str, File] = {}
    total = 0
    for path in _plain_files(folder):
        name = path.relative_to(folder).as_posix()
        if not day.owns(name) or not is_safe(name):
            continue
        files[name] = _read(path)
        total += len(files[name].data)
        if len(files) > COUNT_LIMIT or total > TOTAL_LIMIT:
            bound = f"{COUNT_LIMIT} files or {TOTAL_LIMIT >> 20} MiB"
            raise CourseError(f"{folder} has more than {bound} of the learner's own")
    return files


def _plain_files(folder: Path) -> Iterator[Path]:
    if folder.is_symlink():
        raise CourseError(f"{folder} is a link; ask for the folder itself")
    for here, folders, names in os.walk(folder, followlinks=False):
        # no name that is any deeper would be safe, and os.walk itself recurses
        deep = len(Path(here).relative_to(folder).parts) >= DEPTH_LIMIT
        folders[:] = [] if deep else sorted(set(folders) - NOT_ENTERED)
        yield from (
            Path(here, name)
            for name in sorted(names)
            if stat.S_ISREG(Path(here, name).lstat().st_mode) and not name.endswith(".pyc")
        )


def _read(path: Path) -> File:
    """The file's bytes; the open itself refuses a link that was put there meanwhile."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        data = stream.read(FILE_LIMIT + 1)
        executable = bool(os.fstat(stream.fileno()).st_mode & stat.S_IXUSR)
    if len(data) > FILE_LIMIT:
        raise CourseError(f"{path} is larger than 1 MiB; a learner's file never needs to be")
    return plain(data, executable=executable)
