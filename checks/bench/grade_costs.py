"""What grading costs: `make bench-grade`, or `python -m checks.bench.grade_costs [PART…]`.

The parts: `days` runs each finished day outside and in the sandbox, `cohort` grades generated
submissions, `memory` compares the grader's memory for few and for many, `others` grades one
exercise of five tests with this checker, check50 and Otter. CPU time is that of
`checks.bench.cpu_clock`; for the wall time the machine has to be quiet. No test asserts a time.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from checks.bench.command_cost import Cost, cost
from checks.bench.cpu_clock import CpuClock, cpu_clock
from checks.bench.generated_cohort import hand_in_copies, hand_in_mistakes
from checks.bench.other_graders import others, own
from checks.bench.other_graders.exercise import CASES
from checks.course.course import Course, Day, find_root, load_course
from checks.errors import CourseError
from checks.services.temporary_folders import temporary_folder

CHECKS = str(Path(sys.executable).with_name("checks"))
SUBMISSIONS, DAY = 50, "day1"
FEW, MANY = 20, 1000
ROUNDS, OWN_SUBMISSIONS = 5, 10
PROGRAMS = Path("build/other-graders/bin")
LOG, HOME = "said.log", "EVENTURE_HOME"
RATIO_GOAL, SUM_GOAL = 1.2, 120

Prepare = Callable[[Path, Path], list[str]]


def told(name: str, figures: str, goal: str = "") -> None:
    """Print one row of the table."""
    print(f"{name:<34}{figures:<44}{goal}", flush=True)


def days(scratch: Path, clock: CpuClock) -> None:
    """Each finished day outside and in the sandbox: seconds of CPU, and their ratio."""
    course = load_course(find_root())
    sums = [0.0, 0.0]
    for day in course.days:
        costs = [
            cost(run, course.root, scratch / LOG, clock).cpu for run in run_commands(course, day)
        ]
        plain, contained = costs
        sums = [sums[0] + plain, sums[1] + contained]
        told(day.folder, _pair(plain, contained), f"goal {RATIO_GOAL}")
    told("all days", _pair(*sums), f"goal {RATIO_GOAL}, {SUM_GOAL} s contained")


def run_commands(course: Course, day: Day) -> tuple[list[str], list[str]]:
    """`checks run` of a day on its solution: outside the sandbox, and in it."""
    run = [CHECKS, "run", day.folder, "--tree", str(course.root / "solutions" / day.folder)]
    return run, [*run, "--contained"]


def _pair(plain: float, contained: float) -> str:
    return f"{plain:6.1f} s plain {contained:6.1f} s contained {contained / plain:5.2f}"


def cohort(scratch: Path, clock: CpuClock) -> None:
    """Generated submissions of one day: identical ones are graded once."""
    course = load_course(find_root())
    day = course.day(DAY)
    different = hand_in_mistakes(course, day, scratch / "submissions", SUBMISSIONS)
    grade = [
        CHECKS,
        "grade",
        str(scratch / "submissions"),
        "--day",
        DAY,
        "--out",
        str(scratch / "out"),
    ]
    spent = cost(grade, course.root, scratch / LOG, clock)
    figures = f"{different} different: {spent.wall:.0f} s wall, {spent.cpu:.0f} s CPU"
    told(
        f"{SUBMISSIONS} submissions of {DAY}", figures, f"{spent.cpu / different:.1f} s of CPU each"
    )


def memory(scratch: Path, clock: CpuClock) -> None:
    """The largest memory of the grader's own process, for few and for many submissions."""
    course = load_course(find_root())
    for count in (FEW, MANY):
        folder = scratch / str(count)
        hand_in_copies(course, course.day(DAY), folder / "submissions", count)
        grade = [CHECKS, "grade", str(folder / "submissions"), "--day", DAY]
        spent = cost([*grade, "--out", str(folder / "out")], course.root, folder / LOG, clock)
        told(f"grader, {count} submissions", f"{spent.memory:6.0f} MiB   {spent.wall:.0f} s wall")


def graders(scratch: Path, clock: CpuClock) -> None:
    """One exercise of five tests: this checker in its sandbox, check50 and Otter without one."""
    own.write_workbook(scratch / "own")
    own.hand_in(scratch / "handed-in", OWN_SUBMISSIONS)
    grade = [CHECKS, "grade", str(scratch / "handed-in"), "--out", str(scratch / "out")]
    whole = cost(grade, scratch / "own", scratch / LOG, clock)
    one = Cost(whole.wall / OWN_SUBMISSIONS, whole.cpu / OWN_SUBMISSIONS)
    require_passes("checks grade", own.passed(scratch / "out") / OWN_SUBMISSIONS)
    told("five tests, checks grade", _seconds(one), f"mean of {OWN_SUBMISSIONS}, contained")
    _other("check50", others.check50, others.passed_by_check50, scratch, clock)
    _other("otter run", others.otter, others.passed_by_otter, scratch, clock)


def _other(
    name: str, prepare: Prepare, passed: Callable[[Path], int], scratch: Path, clock: CpuClock
) -> None:
    folder = scratch / name
    argv = prepare(folder, find_root() / PROGRAMS)
    costs = [cost(argv, folder, folder / LOG, clock) for _ in range(ROUNDS)]
    require_passes(name, passed(folder))
    median = Cost(*(statistics.median(column) for column in _columns(costs)))
    told(f"five tests, {name}", _seconds(median), f"median of {ROUNDS}")


def _columns(costs: list[Cost]) -> tuple[list[float], list[float]]:
    return [each.wall for each in costs], [each.cpu for each in costs]


def _seconds(spent: Cost) -> str:
    return f"{spent.wall:6.2f} s wall {spent.cpu:6.2f} s CPU"


def require_passes(name: str, passed: float) -> None:
    """Raise CourseError unless all five tests have passed: the cost of a failure is another."""
    if passed != len(CASES):
        raise CourseError(f"{name} passes {passed:g} tests of {len(CASES)}: its cost says nothing")


@contextmanager
def own_home() -> Iterator[None]:
    """A home in which no server and no zygote runs yet: the work of an older one is not counted."""
    with temporary_folder("costs-home") as scratch:
        scratch.chmod(0o755)  # PostgreSQL's user enters it
        before = os.environ.get(HOME)
        os.environ[HOME] = str(scratch / "home")
        try:
            yield
        finally:
            subprocess.run([CHECKS, "services", "down"], capture_output=True, check=False)
            del os.environ[HOME]
            os.environ |= {} if before is None else {HOME: before}


PARTS: dict[str, Callable[[Path, CpuClock], None]] = {
    "days": days,
    "cohort": cohort,
    "memory": memory,
    "graders": graders,
}


def main(*names: str) -> int:
    """Print the rows of the named parts, or of all."""
    for name in names or PARTS:
        if name not in PARTS:
            raise CourseError(f"no part is called {name}; there are {', '.join(PARTS)}")
    with cpu_clock() as clock, own_home():
        print(f"CPU {clock.scope}", flush=True)
        for name in names or PARTS:
            with temporary_folder("costs") as scratch:
                PARTS[name](scratch, clock)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except CourseError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
