"""A submission laid over the pristine day: only the learner's own plain files are copied."""

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from checks.course.course import Day
from checks.errors import CourseError
from checks.files import make_readable

FILE_LIMIT = 1 << 20
COUNT_LIMIT = 2000
TOTAL_LIMIT = 32 << 20
DEPTH_LIMIT = 64  # os.fwalk recurses; a course folder is never as deep
CLASHES = frozenset({errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY})
"""What the system says where a folder stands in the place of a file, or the other way round."""
IGNORED = shutil.ignore_patterns("__pycache__", ".*_cache", "*.db", ".venv", ".git")


class UnfitSubmissionError(CourseError):
    """A submission that cannot be laid over the day: nobody else's grading ends with it."""


def write_overlay(pristine: Path, submission: Path, day: Day, target: Path) -> None:
    """Write `target`: the pristine day, with the learner-owned files of the submission.

    A learner-owned file that the submission lacks is absent in the result too. Links and
    special files are never followed. Raises UnfitSubmissionError for a submission that is too large
    or has a folder in the place of a file of the day's, and OSError where the disk is full.
    """
    _copy(pristine, target)
    for path in list(target.rglob("*")):
        if path.is_file() and day.owns(path.relative_to(target).as_posix()):
            path.unlink()
    total = 0
    for number, (name, data, mode) in enumerate(_learner_files(submission, day)):
        total += len(data)
        if number >= COUNT_LIMIT or total > TOTAL_LIMIT:
            limit = f"{COUNT_LIMIT} files or {TOTAL_LIMIT >> 20} MiB"
            raise UnfitSubmissionError(
                f"{submission} has more than {limit}; remove what is not yours"
            )
        _write(target, name, data, mode)
    make_readable(target)


def _copy(pristine: Path, target: Path) -> None:
    """Copy the day. Raises OSError with the first reason: shutil's own error lists each file."""
    try:
        shutil.copytree(pristine, target, ignore=IGNORED, symlinks=True)
    except shutil.Error as error:
        _, _, reason = error.args[0][0]
        raise OSError(reason) from None


def _write(target: Path, name: str, data: bytes, mode: int) -> None:
    """Write a learner's file, also where the day has a folder of learner-owned files alone."""
    destination = target / name
    try:
        for folder, _, _ in os.walk(destination, topdown=False):
            Path(folder).rmdir()
        destination.parent.mkdir(parents=True, exist_ok=True)
        destination.write_bytes(data)
        destination.chmod(mode)
    except OSError as error:
        if error.errno not in CLASHES:
            raise
        problem = f"{name} cannot take its place ({error.strerror})"
        hint = "keep files and folders as the day has them"
        raise UnfitSubmissionError(f"{problem}; {hint}") from None


def _learner_files(submission: Path, day: Day) -> Iterator[tuple[str, bytes, int]]:
    """The learner's files with their bytes and a mode, which a git hook has to be executable by.

    Each file is opened from its folder's descriptor, so a folder that becomes a link meanwhile
    is not followed.
    """
    max_parts = len(submission.parts) + DEPTH_LIMIT
    for folder, folders, files, descriptor in os.fwalk(submission, follow_symlinks=False):
        names = (name for name in folders if name not in ("__pycache__", ".venv", ".git"))
        folders[:] = sorted(names) if len(Path(folder).parts) < max_parts else []
        for file_name in sorted(files):
            path = Path(folder, file_name)
            relative = path.relative_to(submission).as_posix()
            if day.owns(relative) and (content := _read(path, descriptor)) is not None:
                yield relative, *content


def _read(path: Path, folder_descriptor: int) -> tuple[bytes, int] | None:
    """The file's bytes, and 0o755 or 0o644; None for a link and for a special file."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(path.name, flags, dir_fd=folder_descriptor)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):  # a link; a socket
            return None
        problem = f"{path} cannot be read ({error.strerror})"
        raise CourseError(f"{problem}; put a file that you may read there") from None
    with os.fdopen(descriptor, "rb") as stream:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            return None
        data = stream.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise UnfitSubmissionError(
            f"{path} is larger than 1 MiB; a learner's file never needs to be"
        )
    return data, 0o755 if mode & stat.S_IXUSR else 0o644
