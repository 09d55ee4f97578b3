"""The workbook's own pairs: the loop, the grader, the proof and the set-up."""

import os
import sys
from pathlib import Path

from checks.bench import grade_costs, verdict_latency
from checks.bench.backend.pairs import Address, Comparison, Pair
from checks.bench.command_cost import cost
from checks.bench.cpu_clock import CpuClock, cpu_clock
from checks.bench.proof_times import clone
from checks.course.course import load_course
from checks.services.temporary_folders import temporary_folder

WALL, CPU = "s", "s CPU"
GRADED_DAY, GRADER_ROUNDS = "day1", 2
PROVED_TASK = "1.1"
NO_CLOCK = CpuClock(lambda: 0.0, "not asked")
LOOP = Pair(
    "loop",
    Address(verdict_latency.SAVE),
    Address("a cold pytest of the same tests"),
    verdict_latency.GOAL,
    WALL,
)
GRADER = Pair(
    "grader",
    Address(f"checks run {GRADED_DAY}, in the sandbox"),
    Address("the same run outside"),
    grade_costs.RATIO_GOAL,
    CPU,
)
PROOF = Pair(
    "proof",
    Address(f"checks verify {PROVED_TASK}, remembered"),
    Address("the same, nothing remembered"),
    unit=WALL,
)
SET_UP = Pair(
    "set-up",
    Address("make setup in a new clone"),
    Address("venv and pip install of the same lock"),
    unit=WALL,
)


def loop() -> Comparison:
    """A round for each of ten tasks: from a save to its verdict, and a pytest from nothing."""
    verdict_latency.prepare()
    names = (verdict_latency.SAVE, verdict_latency.COLD)
    seen = [verdict_latency.medians(task, names, rounds=1) for task in verdict_latency.TASKS]
    first, second = (tuple(each[name] for each in seen) for name in names)
    return Comparison(LOOP, first, second)


def grader(root: Path) -> Comparison:
    """CPU time of the first day's exercises on its solution, in the sandbox and outside."""
    course = load_course(root)
    plain, contained = grade_costs.run_commands(course, course.day(GRADED_DAY))
    with (
        cpu_clock() as clock,
        grade_costs.own_home(),
        temporary_folder("costs") as scratch,
    ):
        log = scratch / grade_costs.LOG
        cost(plain, root, log, clock)  # it starts the servers, which the others find running
        seen = [
            (cost(contained, root, log, clock).cpu, cost(plain, root, log, clock).cpu)
            for _ in range(GRADER_ROUNDS)
        ]
    first, second = zip(*seen, strict=True)
    return Comparison(GRADER, first, second)


def proof(root: Path) -> Comparison:
    """One exercise proved with an empty cache folder, and once more."""
    argv = [grade_costs.CHECKS, "verify", PROVED_TASK, "--no-contained", "--no-engine"]
    with temporary_folder("proof") as scratch:
        variables = {"XDG_CACHE_HOME": str(scratch / "cache")}
        anew, again = (
            cost(argv, root, scratch / grade_costs.LOG, NO_CLOCK, variables).wall for _ in range(2)
        )
    return Comparison(PROOF, (again,), (anew,))


def set_up(root: Path) -> Comparison:
    """The set-up of a new clone, and what pip takes alone. pip goes first: its cache is full then.

    Raises CourseError without a network.
    """
    python = os.path.realpath(Path(sys.base_prefix) / "bin" / "python3")
    with temporary_folder("set-up") as scratch:
        copy, venv, log = scratch / "clone", scratch / "venv", scratch / grade_costs.LOG
        clone(root, copy)
        install = [str(venv / "bin/python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
        by_hand = ([python, "-m", "venv", str(venv)], [*install, "-r", "requirements.lock"])
        bare = sum(cost(argv, copy, log, NO_CLOCK).wall for argv in by_hand)
        ours = cost([".ci/setup"], copy, log, NO_CLOCK, {"PYTHON": python}).wall
    return Comparison(SET_UP, (ours,), (bare,))
