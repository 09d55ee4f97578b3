"""What decides a verdict, as hashes: the same key always means the same question.

A cell is one day of one submission. Its key is made of everything that could change its verdict
and of nothing else, so a cell that was graded once is never graded again, and a change of any
part is a change of the key that can be named.
"""

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from checks.course.course import Course, Day
from checks.files import File, source_files
from checks.sandbox import bubblewrap

# the parts of the checker that no verdict depends on: what reads results, and what makes days
BESIDE = ("tests", "catalogue", "site", "grade", "export")
UNCONTAINED = "uncontained"


@dataclass(frozen=True)
class Parts:
    """The hashes that make a key; their names are the reasons that a regrade gives."""

    learner: str
    tests: str
    checker: str
    lock: str
    policy: str

    @property
    def key(self) -> str:
        """The cell's name: 64 hexadecimal digits."""
        return _sha(json.dumps(asdict(self), sort_keys=True).encode())


@dataclass(frozen=True)
class Surroundings:
    """All that decides besides the learner's files; read once for a whole cohort."""

    tests: Mapping[int, str]
    checker: str
    lock: str
    policy: str

    def parts(self, day: Day, files: Mapping[str, File]) -> Parts:
        """The parts of one cell's key."""
        return Parts(hash_of(files), self.tests[day.number], self.checker, self.lock, self.policy)


def surroundings(course: Course, *, contained: bool) -> Surroundings:
    """Hash the days' own files, the checker, the lock and how the app is contained."""
    kind = bubblewrap.probe().kind if contained else UNCONTAINED
    limits = (kind, *bubblewrap.LIMITS, bubblewrap.TMP_SIZE, sys.version)
    lock = course.root / "requirements.lock"
    return Surroundings(
        {day.number: _day_hash(course, day) for day in course.days},
        _checker_hash(),
        _sha(lock.read_bytes()) if lock.is_file() else "",
        _sha(json.dumps(limits).encode()),
    )


def hash_of(files: Mapping[str, File]) -> str:
    """One hash for files by path: their bytes and whether they may be run."""
    described = {p: [_sha(f.data), f.executable] for p, f in files.items()}
    return _sha(json.dumps(described, sort_keys=True).encode())


def _day_hash(course: Course, day: Day) -> str:
    """The tests, the manifest and every other file of the day that is not the learner's."""
    folder = course.root / "days" / day.folder
    theirs = {p.relative_to(folder).as_posix(): p for p in source_files(folder)}
    return hash_of({name: File(p.read_bytes()) for name, p in theirs.items() if not day.owns(name)})


def _checker_hash() -> str:
    package = bubblewrap.PACKAGE
    names = {p.relative_to(package).as_posix(): p for p in source_files(package)}
    kept = {n: p for n, p in names.items() if not n.startswith(tuple(f"{b}/" for b in BESIDE))}
    return hash_of({name: File(path.read_bytes()) for name, path in kept.items()})


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
