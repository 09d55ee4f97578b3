"""The files of a clone are written to the disk when it is known how large they are.

A repository of some megabytes may hold files of many gigabytes, and one tree a million times.
"""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer

from checks.errors import CourseError
from checks.grade.tars import UNPACKED_LIMIT
from checks.grade.tree import MEMBER_LIMIT

SIZES = ("ls-tree", "-r", "-l", "-z", "--full-tree", "HEAD")
NO_COMMIT = "Not a valid object name HEAD"
ENTRY_LENGTH = 500
"""Bytes of an entry in the list of git, on the average; a name is part of it."""


def has_files(
    git: Sequence[str], clone: Path, environment: Mapping[str, str], seconds: float
) -> bool:
    """Whether the clone has a commit, whose files then are not too large.

    Raises CourseError when its files are too many, too large, or cannot be listed in time.
    """
    command = [*git, "-C", str(clone), *SIZES]
    out = subprocess.PIPE
    with (
        TemporaryFile() as errors,
        subprocess.Popen(command, env=environment, stdout=out, stderr=errors) as process,
    ):
        timer = Timer(seconds, process.kill)
        timer.start()
        try:
            if process.stdout is not None:  # it is a pipe
                _require_small(process.stdout.read(MEMBER_LIMIT * ENTRY_LENGTH + 1))
            status = process.wait()
        finally:
            timer.cancel()
            process.kill()
        errors.seek(0)
        return _has_commit(status, errors.read(1 << 16).decode(errors="replace"))


def _require_small(listed: bytes) -> None:
    """Raises CourseError for more files, or more bytes, than an archive may have."""
    entries = listed.split(b"\0")
    if len(entries) > MEMBER_LIMIT or len(listed) > MEMBER_LIMIT * ENTRY_LENGTH:
        raise CourseError(f"it holds more than {MEMBER_LIMIT} files")
    sizes = (entry.partition(b"\t")[0].split()[-1] for entry in entries if entry)
    if sum(int(size) for size in sizes if size.isdigit()) > UNPACKED_LIMIT:
        raise CourseError(f"its files are larger than {UNPACKED_LIMIT >> 20} MiB together")


def _has_commit(status: int, error: str) -> bool:
    if NO_COMMIT in error:
        return False
    if status < 0:
        raise CourseError("its folders are too many to be listed")
    if status > 0:
        raise CourseError((error.strip().splitlines() or ["git gave no reason"])[-1])
    return True
