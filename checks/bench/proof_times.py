"""What the whole proof costs, as a table: `python -m checks.bench.proof_times [--without-tests]`.

`checks verify` with nothing remembered, again with all of it remembered, and after one exercise was
changed, in a copy of the workbook with a cache folder of its own; then `make test` in a new clone.
CPU time is that of `checks.bench.cpu_clock`, PostgreSQL's included; for the wall time the machine
has to be quiet. A command that fails shows the end of what it said. No test asserts a time.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from checks.bench.cpu_clock import CpuClock, cpu_clock
from checks.course.course import find_root
from checks.errors import CourseError
from checks.services.temporary_folders import temporary_folder

CHANGED = "day5-api-design/exercises/test_5_1_filters_and_sorting.py"
TREES = ("solutions", "days")
SHOWN_LINES = 40
GOALS = {"verify, cold": "10 min, 1100 s of CPU", "make test, new clone": "15 min"}


@dataclass(frozen=True)
class Measurement:
    """One command: its name in the table, seconds of wall time, seconds of CPU, exit status."""

    name: str
    wall: float
    cpu: float
    status: int

    def row(self) -> str:
        goal = f"   goal {GOALS[self.name]}" if self.name in GOALS else ""
        failed = f"   ended with {self.status}" if self.status else ""
        return f"{self.name:<22}{self.wall:8.0f} s{self.cpu:10.0f} s{goal}{failed}"


def measure(
    name: str, argv: list[str], folder: Path, extra: Mapping[str, str], clock: CpuClock
) -> Measurement:
    """Run a command to its end and print its row, and after a failure its last lines."""
    started, worked = time.monotonic(), clock.seconds()
    done = subprocess.run(
        argv,
        cwd=folder,
        env={**os.environ, **extra},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    measurement = Measurement(
        name, time.monotonic() - started, clock.seconds() - worked, done.returncode
    )
    said = done.stdout.decode(errors="replace").splitlines()[-SHOWN_LINES:]
    print(measurement.row(), *(said if done.returncode else ()), sep="\n", flush=True)
    return measurement


def clone(root: Path, folder: Path) -> None:
    """A new clone of the last commit. Raises CourseError where the workbook is no git clone."""
    argv = ["git", "clone", "--quiet", str(root), str(folder)]
    if subprocess.run(argv, check=False).returncode != 0:
        raise CourseError(f"{root} cannot be cloned: the proof is measured on a clone of it")


def change_exercise(folder: Path) -> None:
    """Add a comment to one exercise, as a maintainer's change would."""
    for tree in TREES:
        with (folder / tree / CHANGED).open("a", encoding="utf-8") as file:
            file.write("# a change that changes nothing\n")


def main(*options: str) -> int:
    """Print the table; 1 when a command failed."""
    root = find_root()
    with temporary_folder("proof") as scratch, cpu_clock() as clock:
        print(f"{'':<22}{'wall':>10}{'CPU':>12}   CPU {clock.scope}")
        cache = {"XDG_CACHE_HOME": str(scratch / "cache")}
        rows = list(_proofs(root, scratch, cache, clock))
        if "--without-tests" not in options:
            fresh = scratch / "fresh"
            clone(root, fresh)
            test = ["make", "-s", "test"]
            rows.append(measure("make test, new clone", test, fresh, cache, clock))
    return 1 if any(row.status for row in rows) else 0


def _proofs(
    root: Path, scratch: Path, cache: Mapping[str, str], clock: CpuClock
) -> Iterator[Measurement]:
    """`checks verify` with nothing remembered, with everything, and after one change."""
    copy = scratch / "workbook"
    clone(root, copy)
    verify = [str(Path(sys.executable).with_name("checks")), "verify"]
    yield measure("verify, cold", [*verify, "--no-cache"], copy, cache, clock)
    yield measure("verify, warm", verify, copy, cache, clock)
    change_exercise(copy)
    yield measure("one changed exercise", verify, copy, cache, clock)


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except CourseError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
