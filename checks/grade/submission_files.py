"""The learner's files in one submission: in an archive, a clone, or a folder of days.

No file is trusted: links are never followed, and sizes and counts are limited.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from checks.course.course import DAYS, Day
from checks.errors import CourseError
from checks.files import File, git_file
from checks.grade import tars
from checks.submission.archive import COUNT_LIMIT, FILE_LIMIT, NAME_LIMIT, TOTAL_LIMIT, is_safe
from checks.submission.bundle import read_submission

FOLDERS = frozenset(day.folder for day in DAYS)
NOT_ENTERED = frozenset({"__pycache__", ".venv", ".git", ".checks", "node_modules"})
DEPTH_LIMIT = NAME_LIMIT // 2


@dataclass(frozen=True)
class Submission:
    """One person's work: the row's name and where it lies (an archive, a clone, its days).

    `problem` says why nothing of it can be read.
    """

    name: str
    source: Path
    problem: str = ""


def printable(text: str) -> str:
    """The text with U+FFFD for control characters and undecodable bytes."""
    return "".join(c if c.isprintable() else "�" for c in text)


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


def learner_files(submission: Submission, day: Day) -> Mapping[str, File]:
    """The learner-owned files of one day, by path from the day's folder; {} for a day not begun.

    Raises CourseError for an archive that is none, and for files too large or too many.
    """
    if submission.problem:
        raise CourseError(submission.problem)
    if submission.source.is_file():
        return _archived_files(submission.source, day)
    days = days_folder(submission.source)
    if days is None:
        raise CourseError(f"{submission.source} holds no days: no {DAYS[0].folder}, no days/")
    return _folder_files(days / day.folder, day)


def _archived_files(path: Path, day: Day) -> Mapping[str, File]:
    if path.name.lower().endswith(tars.SUFFIXES):
        return tars.files_in(path, day)
    prefix = f"days/{day.folder}/"
    archived = read_submission(path).files
    day_files = {p.removeprefix(prefix): f for p, f in archived.items() if p.startswith(prefix)}
    return {name: file for name, file in day_files.items() if day.owns(name)}


def _folder_files(folder: Path, day: Day) -> Mapping[str, File]:
    files: dict[str, File] = {}
    total = 0
    for path in _regular_files(folder):
        name = path.relative_to(folder).as_posix()
        if not day.owns(name) or not is_safe(name):
            continue
        files[name] = _read(path)
        total += len(files[name].data)
        if len(files) > COUNT_LIMIT or total > TOTAL_LIMIT:
            limit = f"{COUNT_LIMIT} files or {TOTAL_LIMIT >> 20} MiB"
            raise CourseError(f"{folder} has more than {limit} of the learner's own")
    return files


def _regular_files(folder: Path) -> Iterator[Path]:
    if folder.is_symlink():
        raise CourseError(f"{folder} is a link; ask for the folder itself")
    for current, folders, names in os.walk(folder, followlinks=False):
        # a deeper name would not be safe, and os.walk itself recurses
        is_too_deep = len(Path(current).relative_to(folder).parts) >= DEPTH_LIMIT
        folders[:] = [] if is_too_deep else sorted(set(folders) - NOT_ENTERED)
        yield from (
            Path(current, name)
            for name in sorted(names)
            if stat.S_ISREG(Path(current, name).lstat().st_mode) and not name.endswith(".pyc")
        )


def _read(path: Path) -> File:
    """The file's bytes; `O_NOFOLLOW` refuses a link that has replaced the file since."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        data = stream.read(FILE_LIMIT + 1)
        executable = bool(os.fstat(stream.fileno()).st_mode & stat.S_IXUSR)
    if len(data) > FILE_LIMIT:
        raise CourseError(f"{path} is larger than 1 MiB; a learner's file never needs to be")
    return git_file(data, executable=executable)
