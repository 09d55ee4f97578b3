"""A submission laid over the pristine day: only the learner's own plain files come along."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from checks.course import Day
from checks.errors import CourseError

FILE_LIMIT = 1 << 20
COUNT_LIMIT = 2000
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*_cache", "*.db", ".venv", ".git")


def overlay(pristine: Path, submission: Path, day: Day, target: Path) -> None:
    """Write `target`: the pristine day, with the learner-owned files of the submission.

    A learner-owned file that the submission lacks is absent in the result too. Links and
    special files are never followed. Raises CourseError for a submission that is too large.
    """
    shutil.copytree(pristine, target, ignore=LEFT_OUT, symlinks=True)
    for path in list(target.rglob("*")):
        if path.is_file() and day.owns(path.relative_to(target).as_posix()):
            path.unlink()
    for number, name in enumerate(_owned(submission, day)):
        if number >= COUNT_LIMIT:
            mend = "remove what is not yours"
            raise CourseError(f"{submission} has more than {COUNT_LIMIT} files; {mend}")
        place = target / name
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(_read(submission / name))
        except OSError as error:
            said = f"{submission / name} cannot take its place ({error.strerror})"
            raise CourseError(f"{said}; keep files and folders as the day has them") from None
    for path in (target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


def _owned(submission: Path, day: Day) -> Iterator[str]:
    for folder, folders, files in os.walk(submission, followlinks=False):
        folders[:] = sorted(f for f in folders if f not in ("__pycache__", ".venv", ".git"))
        for file in sorted(files):
            path = Path(folder, file)
            name = path.relative_to(submission).as_posix()
            if day.owns(name) and stat.S_ISREG(path.lstat().st_mode):
                yield name


def _read(path: Path) -> bytes:
    """The file's bytes; the open itself refuses a link that was put there meanwhile."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        data = stream.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise CourseError(f"{path} is larger than 1 MiB; a learner's file never needs to be")
    return data
