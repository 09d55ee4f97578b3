"""What a verdict was given for, as a hash: the learner's files of the day, and the task's tests.

Two states of a day with the same hash have the same verdict, so files that come back, by an undo
or from git, bring their verdict with them.
"""

import hashlib
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from checks.course.course import Course, Day, Task
from checks.files import source_files

SIZE_LIMIT = 1 << 20  # bytes; no submission holds a larger file
HASH_LENGTH = 32  # hexadecimal digits: 128 bits


def judged_contents(course: Course, tasks: Iterable[Task]) -> Mapping[str, str]:
    """The hash of what each task's verdict depends on now, by task key."""
    wanted = tuple(tasks)
    contents: dict[str, str] = {}
    for day in course.days:
        own = [task for task in wanted if task in day.tasks]
        if own:
            folder = course.root / "days" / day.folder
            files = _learner_digest(folder, day)
            contents |= {task.key: _task_hash(folder / task.test, files) for task in own}
    return contents


def _task_hash(test: Path, files: bytes) -> str:
    return hashlib.sha256(files + _file_digest(test)).hexdigest()[:HASH_LENGTH]


def _learner_digest(folder: Path, day: Day) -> bytes:
    digest = hashlib.sha256()
    for path in source_files(folder) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        if day.owns(name):
            digest.update(hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest())
            digest.update(_file_digest(path))
    return digest.digest()


def _file_digest(path: Path) -> bytes:
    """A file's bytes, hashed; of what is no plain file, or too large, its status instead."""
    try:
        status = path.lstat()
        if stat.S_ISREG(status.st_mode) and status.st_size <= SIZE_LIMIT:
            return hashlib.sha256(path.read_bytes()).digest()
        described = f"{status.st_mode} {status.st_size} {status.st_mtime_ns}"
    except OSError as error:
        described = f"unreadable {error.errno}"
    return hashlib.sha256(described.encode()).digest()
