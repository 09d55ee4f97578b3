"""The latency of a verdict, as ratios: `python -m checks.bench.verdict_latency [TASK …]`.

The same tests of the finished day run in turns: with a cold `pytest`, with `checks run` without and
with a detached zygote, and as `checks watch` runs them on a save. The last shall take 0.15 of the
first: the median over the tasks, ten of them by default. No test asserts a time.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path

from checks import services
from checks.bench.login_timing import seconds
from checks.course.course import find_root, load_course
from checks.errors import CourseError
from checks.runner.run import run, run_request
from checks.zygote import client as zygote
from checks.zygote import daemon

TASKS = ("1.2", "1.4", "2.1", "2.2", "3.1", "5.1", "5.2", "5.4", "6.1", "7.5")
ROUNDS = 3
GOAL = 0.15
COLD, SAVE = "a cold pytest", "a save in checks watch"
ZYGOTE_TIMEOUT = 60.0


def variants(task_id: str) -> dict[str, Callable[[], object]]:
    """The compared commands, by name; the ratios are relative to the first."""
    course = load_course(find_root())
    task = course.task(task_id)
    day = course.task_day(task)
    tree = course.root / "solutions" / day.folder
    warm = {name: value for name, value in os.environ.items() if name != zygote.VARIABLE}
    no_zygote = {**warm, zygote.VARIABLE: zygote.OFF}
    cold = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        str(course.root / "days" / day.folder / task.test),
    ]
    command = Path(sys.executable).with_name("checks")
    checks_run = [str(command), "run", task_id, "--tree", str(tree)]
    request = run_request(course, day, [task], tree)
    return {
        COLD: lambda: _run_command([*cold, f"--tree={tree}"], no_zygote),
        "checks run, cold": lambda: _run_command(checks_run, no_zygote),
        "checks run, warm": lambda: _run_command(checks_run, warm),
        SAVE: lambda: run(request),
    }


def _run_command(argv: list[str], environment: dict[str, str]) -> None:
    result = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise CourseError(f"{' '.join(argv)} does not pass: {result.stdout[-400:]}")


def prepare() -> None:
    """Start the servers, and a detached zygote, to which this process is attached as well."""
    services.ensure()
    daemon.start_detached()
    deadline = time.monotonic() + ZYGOTE_TIMEOUT
    while not daemon.attach():
        if time.monotonic() > deadline:
            raise CourseError("no zygote was left behind; is this Linux, and the home yours?")
        time.sleep(0.1)


def medians(task_id: str, names: Collection[str] = (), rounds: int = ROUNDS) -> dict[str, float]:
    """The median duration of each named variant, or of all, in seconds.

    A first round warms the disk cache.
    """
    compared = {name: run for name, run in variants(task_id).items() if name in (names or (name,))}
    times: dict[str, list[float]] = {name: [] for name in compared}
    for round_number in range(rounds + 1):
        for name, variant in compared.items():
            duration = seconds(variant)
            if round_number:
                times[name].append(duration)
    return {name: statistics.median(durations) for name, durations in times.items()}


def main(*task_ids: str) -> int:
    """Print the medians of each task, the ratio of each to the first, and the median over tasks."""
    prepare()
    ratios: list[float] = []
    for task_id in task_ids or TASKS:
        durations = medians(task_id)
        first = next(iter(durations.values()))
        for name, median in durations.items():
            print(
                f"{task_id} {name:<24} {median * 1000:6.0f} ms   {median / first:.2f}", flush=True
            )
        ratios.append(durations[SAVE] / first)
    print(f"{SAVE}: {statistics.median(ratios):.2f} of a cold pytest (goal {GOAL})")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
