"""Run a day's exercise tests on a tree and fold the verdicts into `Results`.

The tests run in a process of their own that never imports what it tests. That process is ours,
so its records are believed; a test that it planned and never judged is `infra_error`, or
`timeout` when the whole run was out of time.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import IO

from checks import sandbox, zygote
from checks.course import Course, Day, Task
from checks.errors import CourseError
from checks.intake import overlay
from checks.records import fold
from checks.results import Results, Verdict

RUN_LIMIT = 600
TURN = 0.05
GRACE = 10.0

Process = subprocess.Popen[bytes] | zygote.Child


@dataclass(frozen=True)
class Order:
    """What to run: tests of `tasks` against `tree`; the tests come from `tests` (a day folder)."""

    day: Day
    tasks: tuple[Task, ...]
    tests: Path
    tree: Path
    contained: bool = False
    lang: str = "en"
    seconds: float = RUN_LIMIT


def order(course: Course, day: Day, tasks: Sequence[Task] = (), tree: Path | None = None) -> Order:
    """The order for a learner's own folder, or for another tree with the same tests."""
    folder = course.root / "days" / day.folder
    return Order(day, tuple(tasks) or day.tasks, folder, (tree or folder).resolve())


class Cancelled(Exception):
    """The run was called off; its verdicts are not wanted."""


class OutOfTime(Exception):
    """The run was longer than it may be; what it has judged by then stands."""


def run(wanted: Order, called_off: Event | None = None) -> Results:
    """Run and judge. Raises CourseError when nothing can be contained as asked.

    Raises Cancelled soon after `called_off` is set; the run has tidied up then.
    """
    with (
        tempfile.TemporaryDirectory(prefix="eventure-run-") as scratch,
        _under_test(wanted, Path(scratch)) as tree,
    ):
        file = Path(scratch) / "results.jsonl"
        try:
            ended, output = _pytest(wanted, tree, file, called_off or Event())
        except OutOfTime:
            said = f"the tests did not end within {wanted.seconds:.0f} s; run one task at a time"
            tasks = fold(wanted.tasks, file, said, wanted.lang, unjudged=Verdict.TIMEOUT)
            return Results(wanted.day.folder, wanted.contained, tasks, (said,))
        tasks = fold(wanted.tasks, file, output, wanted.lang)
        notes = () if ended in (0, 1) else (f"the test process ended with {ended}",)
        return Results(wanted.day.folder, wanted.contained, tasks, notes)


@contextmanager
def _under_test(wanted: Order, scratch: Path) -> Iterator[Path]:
    """The tree itself; contained, the pristine day with only the learner's files laid over."""
    if not wanted.contained:
        yield wanted.tree
        return
    containment = sandbox.probe()
    if containment.kind == "none":
        raise CourseError("Cannot contain the app: " + " ".join(containment.reasons))
    scratch.chmod(0o755)
    tree = scratch / "tree"
    overlay(wanted.tests, wanted.tree, wanted.day, tree)
    yield tree


def _pytest(wanted: Order, tree: Path, file: Path, called_off: Event) -> tuple[int, str]:
    """One pytest process, blind to whatever configuration lies in the learner's tree."""
    root = Path(__file__).parent
    argv = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--noconftest"),
        *("--disable-plugin-autoload", "-p", "checks.harness.plugin"),  # others cost a second
        *("-c", str(root / "harness" / "pytest.ini"), f"--rootdir={wanted.tests}"),
        *(f"--tree={tree}", f"--results={file}", "--import-mode=importlib"),
        *(["--contained"] if wanted.contained else []),
        *(str(wanted.tests / task.test) for task in wanted.tasks),
    ]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "PYTHON"))}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    with tempfile.TemporaryFile() as output:
        start = _warm if zygote.available() else _cold
        status = _wait(start(argv[1:], root, environment, output), wanted.seconds, called_off)
        output.seek(0)
        return status, output.read().decode(errors="replace")


def _cold(argv: list[str], cwd: Path, env: dict[str, str], output: IO[bytes]) -> Process:
    return subprocess.Popen(
        [sys.executable, *argv],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
    )


def _warm(argv: list[str], cwd: Path, env: dict[str, str], output: IO[bytes]) -> Process:
    """The same in a child of the zygote, which has pytest in memory; cold when that is gone."""
    sink = output.fileno()
    with contextlib.suppress(OSError):
        return zygote.Child(argv, cwd=cwd, env=env, stdin=None, stdout=sink, stderr=sink)
    return _cold(argv, cwd, env, output)


def _wait(process: Process, seconds: float, called_off: Event) -> int:
    """Its exit status. SIGINT lets pytest stop the app and drop the database it has made."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return process.wait(timeout=TURN)
        except subprocess.TimeoutExpired:
            if not called_off.is_set() and time.monotonic() < deadline:
                continue
        _end(process)
        if called_off.is_set():
            raise Cancelled
        raise OutOfTime


def _end(process: Process) -> None:
    for sign in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.kill(process.pid, sign)
            process.wait(timeout=GRACE)
            return
