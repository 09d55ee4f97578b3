"""How long a learner waits for a verdict, as ratios: `python -m checks.bench.verdict_latency TASK`.

The same tests of the finished day, in turns: a cold `pytest`, `checks run` without and with a
zygote that an earlier run has left, and what `checks watch` does on a save. DESIGN asks for 0.15
of the first for the last. No test, so it cannot be flaky.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from checks import services
from checks.bench.login_timing import seconds
from checks.course.course import find_root, load_course
from checks.errors import CourseError
from checks.runner.run import run, run_request
from checks.zygote import client as zygote
from checks.zygote import daemon

ROUNDS = 7
PATIENCE = 60.0


def ways(task_id: str) -> dict[str, Callable[[], object]]:
    """What is compared, by name; the first is what the others are measured by."""
    course = load_course(find_root())
    task = course.task(task_id)
    day = course.task_day(task)
    tree = course.root / "solutions" / day.folder
    bare = {name: value for name, value in os.environ.items() if name != zygote.VARIABLE}
    off = {**bare, zygote.VARIABLE: zygote.OFF}
    cold = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        str(course.root / "days" / day.folder / task.test),
    ]
    checks = [sys.executable, "-m", "checks.cli.main", "run", task_id, "--tree", str(tree)]
    wanted = run_request(course, day, [task], tree)
    return {
        "a cold pytest": lambda: _do([*cold, f"--tree={tree}"], off),
        "checks run, cold": lambda: _do(checks, off),
        "checks run, warm": lambda: _do(checks, bare),
        "a save in checks watch": lambda: run(wanted),
    }


def _do(words: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CourseError(f"{' '.join(words)} does not pass: {done.stdout[-400:]}")


def _leave_one() -> None:
    """Have a lasting zygote that answers, and use it for the last of the ways as well."""
    daemon.leave()
    limit = time.monotonic() + PATIENCE
    while not daemon.find():
        if time.monotonic() > limit:
            raise CourseError("no zygote was left behind; is this Linux, and the home yours?")
        time.sleep(0.1)


def main(task_id: str = "1.2") -> int:
    """Print the medians, and each as a share of the first."""
    services.ensure()
    _leave_one()
    times: dict[str, list[float]] = {name: [] for name in ways(task_id)}
    for turn in range(ROUNDS + 1):
        for name, way in ways(task_id).items():
            took = seconds(way)
            if turn:  # the first of each warms the disk
                times[name].append(took)
    medians = {name: statistics.median(all_of) for name, all_of in times.items()}
    first = next(iter(medians.values()))
    for name, median in medians.items():
        print(f"{task_id} {name:<24} {median * 1000:6.0f} ms   {median / first:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
