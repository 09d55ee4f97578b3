"""Run a day's exercise tests on a tree and fold the verdicts into `Results`.

The tests run in a process of their own that never imports what it tests. That process is ours,
so its records are believed; a test that it planned and never judged is `infra_error`, or
`timeout` when the whole run was out of time.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from checks.course.course import Course, Day, Task
from checks.errors import CourseError
from checks.results.model import Results, Verdict
from checks.results.records import Listener, fold, looks
from checks.runner.processes import Cancelled, Lane, OutOfTime, lanes, wait
from checks.sandbox import bubblewrap
from checks.workspace.overlay import overlay

__all__ = ["Begun", "Cancelled", "Order", "begun", "order", "run"]

RUN_LIMIT = 600
NOTHING = 5  # how pytest ends that has run no test
UNASKED = ("logging", "warnings", "unraisableexception", "threadexception", "doctest")
"""Plugins of pytest's own that an exercise test has no use for: they take a tenth of a run."""
LANES = 2  # more would wait for each other on a laptop, and begin later


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


class Begun:
    """A run whose processes are there; they may wait at their starting line still."""

    def __init__(self, wanted: Order, started: Sequence[Lane]) -> None:
        self.wanted = wanted
        self._lanes = started
        self._files = [lane.results for lane in started]

    @property
    def waits(self) -> bool:
        """Whether none of its processes has ended by itself."""
        return all(lane.process.poll() is None for lane in self._lanes)

    def results(self, called_off: Event | None = None, listener: Listener | None = None) -> Results:
        """Let it off and judge; `listener` hears of verdicts before the processes have ended.

        Raises Cancelled soon after `called_off` is set.
        """
        wanted = self.wanted
        look = looks(self._files, self._results, listener) if listener else lambda: None
        for lane in self._lanes:
            lane.go()
        try:
            statuses = wait(self._lanes, wanted.seconds, called_off or Event(), look)
        except OutOfTime:
            said = f"the tests did not end within {wanted.seconds:.0f} s; run one task at a time"
            tasks = fold(wanted.tasks, self._files, said, wanted.lang, unjudged=Verdict.TIMEOUT)
            return Results(wanted.day.folder, wanted.contained, tasks, (said,))
        fine = {0, 1, NOTHING} if wanted.lanes > 1 else {0, 1}  # one may have none to run
        odd = [status for status in statuses if status not in fine]
        return self._results(tuple(f"the test process ended with {status}" for status in odd))

    def _results(self, notes: tuple[str, ...] = ()) -> Results:
        wanted, printed = self.wanted, "".join(lane.printed() for lane in self._lanes)
        tasks = fold(wanted.tasks, self._files, printed, wanted.lang)
        return Results(wanted.day.folder, wanted.contained, tasks, notes)


def run(
    wanted: Order, called_off: Event | None = None, listener: Listener | None = None
) -> Results:
    """Run and judge. Raises CourseError when nothing can be contained as asked, and Cancelled."""
    with begun(wanted) as it:
        return it.results(called_off, listener)


@contextmanager
def begun(wanted: Order, *, ahead: bool = False) -> Iterator[Begun]:
    """Start the processes of a run, and tidy up when the block ends, whatever has ended it.

    With `ahead` they collect the tests and wait for `results` to let them off: until then they
    have read nothing of the tree that is tested.
    """
    with (
        tempfile.TemporaryDirectory(prefix="eventure-run-") as scratch,
        _under_test(wanted, Path(scratch)) as tree,
        lanes(_words(wanted, tree), Path(scratch), wanted.lanes, wait=ahead) as started,
    ):
        yield Begun(wanted, started)


@contextmanager
def _under_test(wanted: Order, scratch: Path) -> Iterator[Path]:
    """The tree itself; contained, the pristine day with only the learner's files laid over."""
    if not wanted.contained:
        yield wanted.tree
        return
    containment = bubblewrap.probe()
    if containment.kind == "none":
        raise CourseError("Cannot contain the app: " + " ".join(containment.reasons))
    scratch.chmod(0o755)
    tree = scratch / "tree"
    overlay(wanted.tests, wanted.tree, wanted.day, tree)
    yield tree


def _words(wanted: Order, tree: Path) -> list[str]:
    """What pytest is told; it is blind to whatever configuration lies in the learner's tree."""
    settings = Path(__file__).parents[1] / "harness" / "pytest.ini"
    return [
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "--noconftest"),
        *("--disable-plugin-autoload", "-p", "checks.harness.plugin"),  # others cost a second
        *(word for name in UNASKED for word in ("-p", f"no:{name}")),
        *("-c", str(settings), f"--rootdir={wanted.tests}"),
        *(f"--tree={tree}", "--import-mode=importlib"),
        *(["--contained"] if wanted.contained else []),
        *(str(wanted.tests / task.test) for task in wanted.tasks),
    ]
