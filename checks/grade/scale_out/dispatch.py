"""The grader's side: cells are sent, results go into the journal, lost cells are sent again."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from checks.grade.cell_events import Lost, Planned, Progress, Started
from checks.grade.cell_run import cell_of, unjudged
from checks.grade.cohort import Row
from checks.grade.grading import CellRequest, Grading, finished
from checks.grade.scale_out.cell_message import CellMessage
from checks.grade.scale_out.cell_result import BadResult, CellResult, read_result
from checks.grade.scale_out.marks import MarkWatch, Timing, worker_in
from checks.grade.scale_out.store import Store
from checks.runner.run import Cancelled


class Sender(Protocol):
    """What `CellQueue` offers; a test's stand-in needs no broker."""

    def send(self, document: Mapping[str, Any]) -> None: ...

    def waiting(self) -> int: ...


@dataclass
class _Cell:
    """A cell that was sent: by whom it is graded, since when nobody has it, who died of it."""

    request: CellRequest
    mark: str = ""
    mark_since: float = 0.0
    orphan_since: float = 0.0
    dead: set[str] = field(default_factory=set)


class Dispatch:
    """One run of the grader whose cells others grade; `watch` has its clock and its timing."""

    def __init__(
        self,
        grading: Grading,
        store: Store,
        queue: Sender,
        watch: MarkWatch,
        between_looks: Callable[[], None] = lambda: None,
    ) -> None:
        self._grading, self._store, self._queue, self._watch = grading, store, queue, watch
        self._between_looks = between_looks
        self._cells: dict[str, _Cell] = {}

    @property
    def _timing(self) -> Timing:
        return self._watch.timing

    def grade(self, rows: Sequence[Row], progress: Progress) -> None:
        """Have each cell that the journal lacks graded; ends when all have a result.

        Raises CourseError when a submission changes meanwhile, or when the store or the broker
        fail, and Cancelled after a cancellation. Workers go on with what was sent; the next run
        takes their results.
        """
        pending = self._grading.pending(rows)
        progress(Planned(tuple(request.name for request in pending)))
        known = self._store.answered() | self._store.begun()
        for request in pending:
            if not self._take_known(request, known, progress):
                self._send_first(request, known)
        while self._cells:
            self.look(progress)
            if self._cells and self._grading.cancelled.wait(self._timing.look):
                raise Cancelled
            self._between_looks()

    def _take_known(self, request: CellRequest, known: Collection[str], progress: Progress) -> bool:
        """Take a final result that workers have left, as after a grader that was stopped."""
        key = request.parts.key
        if key not in known or request.submission.name in self._grading.again:
            return False
        with suppress(BadResult):
            data = self._store.result(key)
            result = self._read(request, data) if data is not None else None
            if result is not None and result.cell.is_final:
                self._finish(request, result, progress)
                return True
        return False

    def _send_first(self, request: CellRequest, known: Collection[str]) -> None:
        key = request.parts.key
        if key in known:
            self._store.forget(key)
        self._store.put_submission(request.parts.learner, request.files())
        self._cells[key] = _Cell(request, orphan_since=self._watch.clock())
        self._send(self._cells[key])

    def _send(self, cell: _Cell) -> None:
        parts, day = cell.request.parts, cell.request.day
        message = CellMessage(
            parts.key,
            parts.learner,
            day.folder,
            self._grading.cpu_seconds,
            tuple(sorted(cell.dead)),
        )
        self._queue.send(message.document)

    def look(self, progress: Progress) -> None:
        """Take what has come, tell what is running, and send again what nobody has any more."""
        known = self._store.answered()
        for key in [key for key in self._cells if key in known]:
            if (data := self._store.result(key)) is not None:
                request = self._cells.pop(key).request
                self._finish(request, self._believed(request, data), progress)
        begun = self._store.begun()
        orphans = [
            cell
            for key, cell in self._cells.items()
            if self._is_orphan(cell, self._store.marks(key) if key in begun else (), progress)
        ]
        if orphans and not self._queue.waiting():
            for cell in orphans:
                cell.orphan_since = self._watch.clock()
                self._send(cell)

    def _is_orphan(self, cell: _Cell, marks: Sequence[str], progress: Progress) -> bool:
        """Whether its worker has died, or none has had the cell for as long as a mark may rest."""
        key, now = cell.request.parts.key, self._watch.clock()
        living = ""
        for name in sorted(set(marks) - cell.dead):
            content = self._store.mark(key, name)
            if self._watch.is_dead(key, name, content):
                cell.dead.add(name)
                cell.orphan_since = now - self._timing.dead
            elif not living:
                living = name
                self._tell_running(cell, name, worker_in(content), progress)
        if living:
            cell.orphan_since = now
        elif cell.mark:
            progress(Lost(cell.request.name, now - cell.mark_since))
            cell.mark = ""
        return now - cell.orphan_since >= self._timing.dead

    def _tell_running(self, cell: _Cell, mark: str, worker: str, progress: Progress) -> None:
        if cell.mark != mark:
            cell.mark, cell.mark_since = mark, self._watch.clock()
            progress(Started(cell.request.name, worker))

    def _believed(self, request: CellRequest, data: bytes) -> CellResult:
        """The result, or one that says why it is not believed: a cell to look at."""
        try:
            return self._read(request, data)
        except BadResult as error:
            reason = f"a worker's result is not believed: {error}"
            results = unjudged(request.day, reason, contained=self._grading.contained)
            return CellResult(cell_of(request.parts.key, results), "", 0.0)

    def _read(self, request: CellRequest, data: bytes) -> CellResult:
        contained = self._grading.contained
        return read_result(data, request.parts.key, request.day, contained=contained)

    def _finish(self, request: CellRequest, result: CellResult, progress: Progress) -> None:
        self._grading.journal.write(result.cell)
        progress(finished(request.name, result.cell, result.seconds))
