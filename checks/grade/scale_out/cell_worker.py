"""What a worker does with one message: nothing twice, nothing of another version, nothing lost."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from checks.course.course import Day
from checks.errors import CourseError
from checks.files import File
from checks.grade.cell_run import CPU_SECONDS, CellRun, cell_of, is_settled, unjudged
from checks.grade.journal import Cell
from checks.grade.key import KeyContext
from checks.grade.scale_out.cell_message import CellMessage, read_message
from checks.grade.scale_out.cell_result import BadResult, CellResult
from checks.grade.scale_out.machine_lock import MachineLock
from checks.grade.scale_out.marks import Timing, dead_before, marked
from checks.grade.scale_out.store import Store
from checks.runner.run import Cancelled

DEADLY = 3
"""A cell that so many workers died of is graded by no other one."""


class LeaveToOthers(CourseError):
    """This worker cannot grade the cell and should end; another one can."""


@dataclass(frozen=True)
class CellWorker:
    """A worker of one version; `context` reads what decides a verdict anew for some CPU seconds.

    `start_context` is what it was at the start, for the default CPU time.
    """

    runs: CellRun
    store: Store
    lock: MachineLock
    context: Callable[[float], KeyContext]
    start_context: KeyContext
    name: str
    timing: Timing = field(default_factory=Timing)

    def handle(self, document: object) -> str:
        """Grade the cell of a message and keep its result; returns a line about what was done.

        Raises BadMessage for a message that names none; LeaveToOthers when this worker lacks the
        files or its course has changed; StoreError; Cancelled.
        """
        message = read_message(document)
        label = f"{message.day} {message.key[:12]}"
        if self.store.result(message.key) is not None:
            return f"{label}: has a result already"
        day, files = self._question(message)
        if self.context(message.cpu_seconds).parts(day, files).key != message.key:
            self._keep(self._unjudged(message, day, "the message's key is not that of its files"))
            return f"{label}: the message's key is not that of its files"
        with marked(self.store, message.key, self.name, self.timing) as mark:
            dead = dead_before(self.store, message.key, mark, message.dead, self.timing, self._wait)
            if dead is None:
                return f"{label}: another worker grades it"
            result = self._graded(message, day, files, dead)
            kept = self._keep(result)
        return (
            f"{label}: {'graded' if kept else 'another worker was first'}, {result.seconds:.1f} s"
        )

    def _wait(self, seconds: float) -> None:
        if self.runs.cancelled.wait(seconds):
            raise Cancelled

    def _question(self, message: CellMessage) -> tuple[Day, Mapping[str, File]]:
        """The day and the learner's files. Raises LeaveToOthers."""
        if self.context(CPU_SECONDS) != self.start_context:
            raise LeaveToOthers(
                "The course or the checker here has changed since this worker started; "
                "start it again"
            )
        files = self.store.submission(message.learner)
        if files is None:
            raise LeaveToOthers(
                f"The store {self.store.name} lacks the files of a cell; give this worker the "
                "--store that `checks grade` has"
            )
        return self.runs.course.day(message.day), files

    def _graded(
        self, message: CellMessage, day: Day, files: Mapping[str, File], dead: int
    ) -> CellResult:
        if dead >= DEADLY:
            reason = f"{dead} workers died while they graded it; look at what it does"
            return self._unjudged(message, day, reason)
        started = time.monotonic()
        cell = self._cell(message, day, files)
        return CellResult(cell, self.name, round(time.monotonic() - started, 3))

    def _cell(self, message: CellMessage, day: Day, files: Mapping[str, File]) -> Cell:
        """The cell; one in doubt is graded once more, while no other one is on this machine."""
        seconds = message.cpu_seconds
        with self.lock.beside_others():
            cell = self.runs.grade(message.key, day, files, cpu_seconds=seconds, alone=False)
        if is_settled(cell, alone=False):
            return cell
        with self.lock.alone():
            return self.runs.grade(message.key, day, files, cpu_seconds=seconds, alone=True)

    def _unjudged(self, message: CellMessage, day: Day, reason: str) -> CellResult:
        results = unjudged(day, reason, contained=self.runs.contained)
        return CellResult(cell_of(message.key, results), self.name, 0.0)

    def _keep(self, result: CellResult) -> bool:
        """Put the result into the store unless another one is there: the first one counts."""
        if self.store.result(result.cell.key) is not None:
            return False
        try:
            data = result.data
        except BadResult as error:
            day = self.runs.course.day(result.cell.day["day"])
            results = unjudged(day, str(error), contained=self.runs.contained)
            data = CellResult(cell_of(result.cell.key, results), self.name, result.seconds).data
        self.store.put_result(result.cell.key, data)
        return True
