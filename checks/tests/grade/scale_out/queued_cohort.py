"""A grader whose cells go into a list, and two workers in this process that empty it."""

from collections.abc import Callable
from pathlib import Path

from checks.grade.cell_events import CellEvent
from checks.results.model import Verdict
from checks.tests.grade.cohorts import Judge, rows
from checks.tests.grade.scale_out.workers import Clock, ListQueue, dispatch, make_worker

TEXTS = {"ann": "pass", "bob": "wrong", "carl": "wrong", "dora": "hang", "eve": "crash"}
VERDICTS = {"hang": Verdict.TIMEOUT, "crash": Verdict.ERROR}


class Cohort:
    """A grader in `out`, and a queue that a test's workers empty."""

    def __init__(self, tmp_path: Path, cohort: Path) -> None:
        self.out, self.folder, self.cohort = tmp_path / "out", tmp_path / "shared", cohort
        self.queue, self.clock, self.judge = ListQueue(), Clock(), Judge(VERDICTS)
        self.told: list[CellEvent] = []
        self.workers = [make_worker(self.folder, self.judge, name) for name in ("one", "two")]
        self.between: Callable[[], None] = lambda: self.queue.work(*self.workers)

    def pass_time(self) -> None:
        """What happens between two looks; a test replaces it, also while the grader waits."""
        self.between()

    def grade(self, again: tuple[str, ...] = ()) -> None:
        grader = dispatch(self.out, self.folder, self.queue, self.pass_time, self.clock, again)
        grader.grade(rows(self.cohort), self.told.append)

    @property
    def keys(self) -> list[str]:
        return [key for row in rows(self.cohort) for key in [row.cells["day1-architecture"].key]]
