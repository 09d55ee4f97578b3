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
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import IO

from checks import sandbox, zygote
from checks.course import Course, Day, Task
from checks.errors import CourseError
from checks.harness.guard import ended
from checks.intake import overlay
from checks.records import Told, fold, teller
from checks.results import Results, Verdict

RUN_LIMIT = 600
TURN = 0.05
NOTHING = 5  # how pytest ends that has run no test
LANES = 2  # more would wait for each other on a laptop, and begin later
GRACE = 10.0

Process = subprocess.Popen[bytes] | zygote.Child


@dataclass(frozen=True)
class Order:
    """What to run: tests of `tasks` against `tree`; the tests come from `tests` (a day folder).

    `lanes` processes share them, each with an app and a database of its own.
    """

    day: Day
    tasks: tuple[Task, ...]
    tests: Path
    tree: Path
    contained: bool = False
    lang: str = "en"
    seconds: float = RUN_LIMIT
    lanes: int = 1


def order(course: Course, day: Day, tasks: Sequence[Task] = (), tree: Path | None = None) -> Order:
    """The order for a learner's own folder, or for another tree with the same tests."""
    folder = course.root / "days" / day.folder
    lanes = min(LANES, os.cpu_count() or 1)
    return Order(day, tuple(tasks) or day.tasks, folder, (tree or folder).resolve(), lanes=lanes)


class Cancelled(Exception):
    """The run was called off; its verdicts are not wanted."""


class OutOfTime(Exception):
    """The run was longer than it may be; what it has judged by then stands."""


def run(wanted: Order, called_off: Event | None = None, told: Told | None = None) -> Results:
    """Run and judge; `told` hears of the first test that does not pass while the others run.

    Raises CourseError when nothing can be contained as asked.

    Raises Cancelled soon after `called_off` is set; the run has tidied up then.
    """
    with (
        tempfile.TemporaryDirectory(prefix="eventure-run-") as scratch,
        _under_test(wanted, Path(scratch)) as tree,
    ):
        files = [Path(scratch) / f"results-{lane}.jsonl" for lane in range(1, wanted.lanes + 1)]
        try:
            look = teller(files, told) if told else None
            statuses, output = _pytest(wanted, tree, files, called_off or Event(), look)
        except OutOfTime:
            said = f"the tests did not end within {wanted.seconds:.0f} s; run one task at a time"
            tasks = fold(wanted.tasks, files, said, wanted.lang, unjudged=Verdict.TIMEOUT)
            return Results(wanted.day.folder, wanted.contained, tasks, (said,))
        tasks = fold(wanted.tasks, files, output, wanted.lang)
        fine = {0, 1, NOTHING} if wanted.lanes > 1 else {0, 1}  # one may have none to run
        odd = [status for status in statuses if status not in fine]
        notes = tuple(f"the test process ended with {status}" for status in odd)
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


def _pytest(
    wanted: Order,
    tree: Path,
    files: Sequence[Path],
    called_off: Event,
    look: Callable[[], None] | None,
) -> tuple[list[int], str]:
    """A pytest process a lane: their exit statuses, and all that they have printed."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "PYTHON"))}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    start = _warm if zygote.available() else _cold
    with ExitStack() as stack:
        outputs = [stack.enter_context(tempfile.TemporaryFile()) for _ in files]
        processes: list[Process] = []
        stack.callback(_end_all, processes)
        for number, (file, output) in enumerate(zip(files, outputs, strict=True), 1):
            words = [*_words(wanted, tree), f"--results={file}", f"--lane={number}/{len(files)}"]
            processes.append(start(words, Path(__file__).parent, environment, output))
        statuses = _wait(processes, wanted.seconds, called_off, look)
        return statuses, "".join(_text(output) for output in outputs)


def _words(wanted: Order, tree: Path) -> list[str]:
    """What pytest is told; it is blind to whatever configuration lies in the learner's tree."""
    settings = Path(__file__).parent / "harness" / "pytest.ini"
    return [
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "--noconftest"),
        *("--disable-plugin-autoload", "-p", "checks.harness.plugin"),  # others cost a second
        *("-c", str(settings), f"--rootdir={wanted.tests}"),
        *(f"--tree={tree}", "--import-mode=importlib"),
        *(["--contained"] if wanted.contained else []),
        *(str(wanted.tests / task.test) for task in wanted.tasks),
    ]


def _text(output: IO[bytes]) -> str:
    output.seek(0)
    return output.read().decode(errors="replace")


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


def _wait(
    processes: Sequence[Process],
    seconds: float,
    called_off: Event,
    look: Callable[[], None] | None,
) -> list[int]:
    """Their exit statuses. Raises OutOfTime and Cancelled while one is running still."""
    deadline = time.monotonic() + seconds
    statuses = []
    for process in processes:
        while not ended(process, TURN):
            if look:
                look()
            if called_off.is_set():
                raise Cancelled
            if time.monotonic() > deadline:
                raise OutOfTime
        statuses.append(process.wait())
    return statuses


def _end_all(processes: Sequence[Process]) -> None:
    for process in processes:
        if process.poll() is None:
            _end(process)


def _end(process: Process) -> None:
    """SIGINT lets pytest stop the app and drop the database that it has made."""
    for sign in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.kill(process.pid, sign)
            process.wait(timeout=GRACE)
            return
