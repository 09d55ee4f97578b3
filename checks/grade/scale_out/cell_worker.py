"""What a worker does with one message: nothing twice, nothing of another version, nothing lost."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from checks.course.course import Day
from checks.errors import CourseError
from checks.files import File
from checks.grade.cell_run import CPU_SECONDS, CellRun, cell_of, is_settled, unjudged
from checks.grade.journal import Cell
from checks.grade.key import KeyContext, is_same_context
from checks.grade.scale_out.cell_message import BadMessage, CellMessage, read_message
from checks.grade.scale_out.cell_result import BadResult, CellResult
from checks.grade.scale_out.machine_lock import MachineLock
from checks.grade.scale_out.marks import Timing, deaths, marked
from checks.grade.scale_out.store import Store
from checks.runner.run import Cancelled

DEADLY = 3
"""A cell that so many workers died of is graded by no other one."""


class LeaveToOthers(CourseError):
    """This worker cannot grade the cell and should end; another one can."""


class OtherStore(LeaveToOthers):
    """The files of a cell are not in this worker's store, and its sender does not use that."""


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

        Raises BadMessage for a message that names none; OtherStore and LeaveToOthers when this
        worker cannot grade it; StoreError; Cancelled.
        """
        message = read_message(document)
        return f"{message.day} {message.key[:12]}: {self._handle(message, self._day(message))}"

    def _handle(self, message: CellMessage, day: Day) -> str:
        if self.store.result(message.key) is not None:
            return "has a result already"
        self._require_version()
        question = self._question(message, day)
        if isinstance(question, str):
            self._keep(self._unjudged(message, day, question))
            return question
        with marked(self.store, message.key, self.name, self.timing) as mark:
            dead = deaths(mark, message.dead, message.past, self.timing, self._wait)
            if dead is None:
                return "another worker grades it"
            mark.begin_grading()
            result = self._graded(message, day, question, dead)
            self._require_version()  # somebody may have pulled while the tests ran
            kept = self._keep(result)
        return f"{'graded' if kept else 'another worker was first'}, {result.seconds:.1f} s"

    def _wait(self, seconds: float) -> None:
        if self.runs.cancelled.wait(seconds):
            raise Cancelled

    def _day(self, message: CellMessage) -> Day:
        """The day of the message. Raises BadMessage for one that the course does not have."""
        days = {day.folder: day for day in self.runs.course.days}
        if message.day not in days or days[message.day].number not in self.start_context.tests:
            raise BadMessage("a message names no cell: the course has no such day")
        return days[message.day]

    def _require_version(self) -> None:
        """Raises LeaveToOthers when this worker's course is no longer what it started with."""
        if not is_same_context(lambda: self.context(CPU_SECONDS), self.start_context):
            raise LeaveToOthers(
                "The course or the checker here has changed since this worker started; "
                "start it again"
            )

    def _question(self, message: CellMessage, day: Day) -> Mapping[str, File] | str:
        """The learner's files, or the reason why nobody can grade them. Raises OtherStore."""
        if self.context(message.cpu_seconds).parts_of(day, message.learner).key != message.key:
            return "the message's key is not that of its files"
        files = self.store.submission(message.learner)
        if files is not None:
            return files
        if self.store.has_sender(message.sender):
            return "its files are gone from the store; run `checks grade` again"
        raise OtherStore(
            f"The store {self.store.name} lacks the files of a cell; give this worker the "
            "--store that `checks grade` has"
        )

    def _graded(
        self, message: CellMessage, day: Day, files: Mapping[str, File], dead: int
    ) -> CellResult:
        if dead >= DEADLY:
            reason = f"{dead} workers died while they graded it; look at what it does"
            return self._unjudged(message, day, reason)
        started = time.monotonic()
        try:
            cell = self._cell(message, day, files)
        except (Cancelled, CourseError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the next worker would meet it, too
            reason = f"the checker failed: {type(error).__name__}: {error}"
            return self._unjudged(message, day, reason)
        return CellResult(cell, round(time.monotonic() - started, 3))

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
        return CellResult(cell_of(message.key, results), 0.0)

    def _keep(self, result: CellResult) -> bool:
        """Put the result into the store unless another one is there: the first one counts."""
        if self.store.result(result.cell.key) is not None:
            return False
        try:
            data = result.data
        except BadResult as error:
            day = self.runs.course.day(result.cell.day["day"])
            results = unjudged(day, str(error), contained=self.runs.contained)
            data = CellResult(cell_of(result.cell.key, results), result.seconds).data
        self.store.put_result(result.cell.key, data)
        return True
