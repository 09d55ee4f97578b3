"""The grader's side: cells are sent, results go into the journal, lost cells are sent again."""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from checks.grade.cell_events import Lost, Planned, Progress, Started
from checks.grade.cell_run import require_cpu_seconds, unjudged_cell
from checks.grade.cohort import Row
from checks.grade.grading import CellRequest, ChangedSubmissionError, Grading, finished
from checks.grade.scale_out.cell_message import MARKS_LIMIT, CellMessage
from checks.grade.scale_out.cell_result import BadResult, CellResult, read_result, refused_result
from checks.grade.scale_out.marks import Life, MarkWatch, Timing, is_grading, worker_in
from checks.grade.scale_out.store import Store
from checks.runner.run import Cancelled


class Sender(Protocol):
    """What `CellQueue` offers; a test's stand-in needs no broker."""

    def send(self, document: Mapping[str, Any]) -> None: ...

    def waiting(self) -> int: ...


@dataclass
class _Cell:
    """A cell that was sent: by whom it is graded, since when nobody has it, who died of it.

    `past` are the marks that were there before it was sent.
    """

    request: CellRequest
    mark: str = ""
    mark_since: float = 0.0
    orphan_since: float = 0.0
    dead: set[str] = field(default_factory=set)
    past: set[str] = field(default_factory=set)


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
        self._sender = secrets.token_hex(16)

    @property
    def _timing(self) -> Timing:
        return self._watch.timing

    def grade(self, rows: Sequence[Row], progress: Progress) -> None:
        """Have each cell that the journal lacks graded; ends when all have a result.

        A submission that changes meanwhile is not judged. Raises CourseError when the store or the
        broker fail, or for a CPU time that no worker takes, and Cancelled after a cancellation.
        Workers go on with what was sent; the next run takes their results.
        """
        require_cpu_seconds(self._grading.cpu_seconds)
        pending = self._grading.pending(rows)
        progress(Planned(tuple(request.name for request in pending)))
        answered, begun = self._store.answered(), self._store.begun()
        for request in pending:
            if request.parts.key not in answered or not self._take_known(request, progress):
                self._send_first(request, answered, begun, progress)
        while self._cells:
            self.look(progress)
            if self._cells and self._grading.cancelled.wait(self._timing.look):
                raise Cancelled
            self._between_looks()

    def _take_known(self, request: CellRequest, progress: Progress) -> bool:
        """Take a final result that workers have left, as after a grader that was stopped."""
        if request.submission.name in self._grading.again:
            return False
        with suppress(BadResult):
            data = self._store.result(request.parts.key)
            result = self._read(request, data) if data is not None else None
            if result is not None and result.cell.is_final:
                self._finish(request, result, progress, is_measured=False)
                return True
        return False

    def _send_first(
        self,
        request: CellRequest,
        answered: Collection[str],
        begun: Collection[str],
        progress: Progress,
    ) -> None:
        key = request.parts.key
        if key in answered:
            self._store.forget_results(key)
        past = self._store.marks(key) if key in begun else ()
        self._cells[key] = _Cell(request, orphan_since=self._watch.clock(), past=set(past))
        self._send(self._cells[key], progress)

    def _send(self, cell: _Cell, progress: Progress) -> None:
        """Send the cell; its files are in the store before its message is in the queue.

        That of a submission that has changed ends as one to look at.
        """
        request, day = cell.request, cell.request.day
        try:
            files = request.files()
        except ChangedSubmissionError as error:
            self._give_up(request, str(error), progress)
            return
        if not self._store.has_sender(self._sender):
            self._store.put_sender(self._sender)
        self._store.put_submission(request.parts.learner, files)
        message = CellMessage(
            request.parts.key,
            request.parts.learner,
            day.folder,
            self._grading.cpu_seconds,
            dead=tuple(sorted(cell.dead)[:MARKS_LIMIT]),
            past=tuple(sorted(cell.past)[:MARKS_LIMIT]),
            sender=self._sender,
        )
        self._queue.send(message.document)

    def look(self, progress: Progress) -> None:
        """Take what has come, tell what is running, and send again what nobody has any more."""
        answered = self._store.answered()
        for key in [key for key in self._cells if key in answered]:
            self._take_result(self._cells[key], progress)
        begun = self._store.begun()
        orphans = []
        for key, cell in list(self._cells.items()):
            marks = self._store.marks(key) if key in begun else ()
            if self._is_orphan(cell, marks, progress):
                orphans.append(cell)
        if orphans and not self._queue.waiting():
            for cell in orphans:
                self._send_again(cell, progress)

    def _take_result(self, cell: _Cell, progress: Progress) -> bool:
        """Take the cell's result; whether there is one."""
        data = self._store.result(cell.request.parts.key)
        if data is None:
            return False
        del self._cells[cell.request.parts.key]
        try:
            result = self._read(cell.request, data)
        except BadResult as error:
            result = refused_result(
                cell.request.parts.key, cell.request.day, error, contained=self._grading.contained
            )
        self._finish(cell.request, result, progress, is_measured=result.seconds > 0)
        return True

    def _send_again(self, cell: _Cell, progress: Progress) -> None:
        """Send a cell that nobody has; its result may have come since the look."""
        if not self._take_result(cell, progress):
            cell.orphan_since = self._watch.clock()
            self._send(cell, progress)

    def _give_up(self, request: CellRequest, reason: str, progress: Progress) -> None:
        key, contained = request.parts.key, self._grading.contained
        del self._cells[key]
        result = CellResult(unjudged_cell(key, request.day, reason, contained=contained), 0.0)
        self._finish(request, result, progress, is_measured=False)

    def _is_orphan(self, cell: _Cell, marks: Sequence[str], progress: Progress) -> bool:
        """Whether its worker has died, or none has had the cell for as long as a mark may rest."""
        now, living = self._watch.clock(), self._living(cell, marks)
        mark = cell.mark if cell.mark in living else next(iter(living), "")
        if living:
            cell.orphan_since = now
        if cell.mark and mark != cell.mark:
            if self._take_result(cell, progress):  # its worker has ended since the look began
                return False
            progress(Lost(cell.request.name, now - cell.mark_since))
        if mark and mark != cell.mark:
            cell.mark_since = now
            progress(Started(cell.request.name, worker_in(living[mark])))
        cell.mark = mark
        return now - cell.orphan_since >= self._timing.dead

    def _living(self, cell: _Cell, marks: Sequence[str]) -> dict[str, str]:
        """The marks of workers that live, with their content; those that grade come first."""
        key, living = cell.request.parts.key, {}
        for name in sorted(set(marks) - cell.dead):
            content = self._store.mark(key, name)
            life = self._watch.life(key, name, content)
            if life is Life.DEAD:
                self._bury(cell, name)
            elif life is Life.LIVING or name not in cell.past:
                living[name] = content
        return dict(sorted(living.items(), key=lambda item: not is_grading(item[1])))

    def _bury(self, cell: _Cell, mark: str) -> None:
        """A worker has died: of this question, or before it was asked."""
        if mark in cell.past:
            self._store.remove_mark(cell.request.parts.key, mark)
            return
        cell.dead.add(mark)
        cell.orphan_since = self._watch.clock() - self._timing.dead

    def _read(self, request: CellRequest, data: bytes) -> CellResult:
        contained = self._grading.contained
        return read_result(data, request.parts.key, request.day, contained=contained)

    def _finish(
        self, request: CellRequest, result: CellResult, progress: Progress, *, is_measured: bool
    ) -> None:
        self._grading.journal.write(result.cell)
        event = finished(request.name, result.cell, result.seconds)
        progress(replace(event, is_measured=is_measured))
