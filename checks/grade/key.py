"""The key of a cell: hashes of everything that could change its verdicts, and of nothing else.

A cell is one day of one submission. A cell with the same key is never graded again, and a changed
part of the key is the reason for a new verdict.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

from checks.course.course import Course, Day
from checks.errors import CourseError
from checks.files import File, source_files
from checks.harness.app.limit_variables import deciding_values
from checks.sandbox import bubblewrap, mounts
from checks.verdict_sources import PACKAGE, decides_verdict

UNCONTAINED = "uncontained"


@dataclass(frozen=True)
class KeyParts:
    """The hashes that make a key; their names are the reasons that a regrade gives."""

    learner: str
    tests: str
    checker: str
    lock: str
    policy: str

    @property
    def key(self) -> str:
        """The cell's name: 64 hexadecimal digits."""
        return _sha256(json.dumps(asdict(self), sort_keys=True).encode())


@dataclass(frozen=True)
class KeyContext:
    """The key parts that are not the learner's files; read once for a whole cohort."""

    tests: Mapping[int, str]
    checker: str
    lock: str
    policy: str

    def parts(self, day: Day, files: Mapping[str, File]) -> KeyParts:
        """The parts of one cell's key."""
        return self.parts_of(day, hash_files(files))

    def parts_of(self, day: Day, learner: str) -> KeyParts:
        """The same from the hash of the learner's files."""
        return KeyParts(learner, self.tests[day.number], self.checker, self.lock, self.policy)


def key_context(course: Course, *, contained: bool, cpu_seconds: float) -> KeyContext:
    """Hash the days' own files, the checker, the lock, the limits of the sandbox and of time."""
    kind = bubblewrap.probe().kind if contained else UNCONTAINED
    limits = (
        *(kind, *bubblewrap.LIMITS, mounts.TMP_SIZE, sys.version, float(cpu_seconds)),
        *deciding_values(contained=contained),
    )
    lock = course.root / "requirements.lock"
    return KeyContext(
        {day.number: _day_hash(course, day) for day in course.days},
        _checker_hash(),
        _sha256(lock.read_bytes()) if lock.is_file() else "",
        _sha256(json.dumps(limits).encode()),
    )


def is_same_context(read: Callable[[], KeyContext], before: KeyContext) -> bool:
    """Whether what decides a verdict still is as before; what cannot be read has changed."""
    try:
        return read() == before
    except (OSError, CourseError):  # somebody pulls just now
        return False


def hash_files(files: Mapping[str, File]) -> str:
    """One hash of files by path: their bytes and whether they are executable."""
    entries = {p: [_sha256(f.data), f.executable] for p, f in files.items()}
    return _sha256(json.dumps(entries, sort_keys=True).encode())


def _day_hash(course: Course, day: Day) -> str:
    """The hash of the tests, the manifest and all other files that are not the learner's."""
    folder = course.root / "days" / day.folder
    paths = {p.relative_to(folder).as_posix(): p for p in source_files(folder)}
    return hash_files(
        {name: File(p.read_bytes()) for name, p in paths.items() if not day.owns(name)}
    )


def _checker_hash() -> str:
    names = {p.relative_to(PACKAGE).as_posix(): p for p in source_files(PACKAGE)}
    return hash_files(
        {n: File(p.read_bytes()) for n, p in names.items() if decides_verdict(PurePosixPath(n))}
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
