"""The cells of a cohort are graded: each once, several at a time, and in doubt once more, alone."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Event

from checks.course.course import Course, Day
from checks.errors import CourseError
from checks.files import File
from checks.grade.cell_events import CellName, Finished, Planned, Postponed, Progress, Started
from checks.grade.cell_run import CPU_SECONDS, CellRun, Judge, is_settled, unjudged_cell
from checks.grade.cohort import Row
from checks.grade.journal import Cell, Journal
from checks.grade.key import KeyParts, hash_files
from checks.grade.submission_files import Submission, learner_files
from checks.runner.run import Cancelled, run


class ChangedSubmissionError(CourseError):
    """A submission is no longer what it was when its cells were named."""


@dataclass(frozen=True)
class CellRequest:
    """A cell that is to be graded."""

    submission: Submission
    day: Day
    parts: KeyParts

    @property
    def name(self) -> CellName:
        """The cell as a person knows it."""
        return CellName(self.parts.key, self.submission.name, self.day.folder)

    def files(self) -> dict[str, File]:
        """The learner's files. Raises ChangedSubmissionError when they are not those of the key."""
        with suppress(CourseError, OSError):  # they could be read when the key was made
            files = learner_files(self.submission, self.day)
            if hash_files(files) == self.parts.learner:
                return dict(files)
        message = f"{self.submission.label} has changed while it was being graded"
        raise ChangedSubmissionError(f"{message}; run the same command again")


@dataclass(frozen=True)
class Grading:
    """One run of the grader: its course, journal and judge, and the event that cancels it.

    `again`: names of submissions whose cells are graded although they are final. `homes`: those of
    the servers, for as many cells at a time; without one the environment names the servers.
    `is_current`: whether the course still is what the keys were made of.
    """

    course: Course
    journal: Journal
    contained: bool
    cpu_seconds: float = CPU_SECONDS
    again: frozenset[str] = frozenset()
    cancelled: Event = field(default_factory=Event)
    judge: Judge = run
    homes: SimpleQueue[Path] | None = None
    is_current: Callable[[], bool] = lambda: True

    def grade(self, rows: Sequence[Row], jobs: int, progress: Progress) -> None:
        """Grade each cell that the journal lacks, `jobs` at a time.

        Identical work of two people is one cell. A cell in doubt is graded once more after all
        others, while no other one is. A submission that changes meanwhile is not judged. Raises
        CourseError when the course changes, and Cancelled after a cancellation; graded cells stay
        in the journal.
        """
        pending = self.pending(rows)
        progress(Planned(tuple(request.name for request in pending)))
        doubtful, alone = [], jobs == 1 or len(pending) == 1
        with ThreadPoolExecutor(jobs) as pool, self._cancelled_on_error():
            grade_cell = partial(self._grade_cell, alone=alone, progress=progress)
            futures = {pool.submit(grade_cell, request): request for request in pending}
            for future in as_completed(futures):
                doubtful += [] if future.result() else [futures[future]]
        for request in sorted(doubtful, key=pending.index):
            self._grade_cell(request, alone=True, progress=progress, last=True)

    @contextmanager
    def _cancelled_on_error(self) -> Iterator[None]:
        """An error calls the runs of the other cells off."""
        try:
            yield
        except BaseException:
            self.cancelled.set()
            raise

    def pending(self, rows: Sequence[Row]) -> list[CellRequest]:
        """The cells without a final result, and those asked for again; each key once."""
        requests: dict[str, CellRequest] = {}
        for row in rows:
            again = row.submission.name in self.again
            for folder, parts in row.cells.items():
                if again or not self._is_final(parts.key):
                    day = self.course.day(folder)
                    requests[parts.key] = CellRequest(row.submission, day, parts)
        return list(requests.values())

    def _is_final(self, key: str) -> bool:
        cell = self.journal.read(key)
        return cell is not None and cell.is_final

    def _grade_cell(
        self, request: CellRequest, *, alone: bool, progress: Progress, last: bool = False
    ) -> bool:
        """Grade a cell; whether its verdicts stand, or it was the `last` try.

        One in doubt is not written to the journal before that.
        """
        if self.cancelled.is_set():
            raise Cancelled
        progress(Started(request.name))
        started = time.monotonic()
        cell = self._cell(request, alone=alone)
        seconds = time.monotonic() - started
        if not last and not is_settled(cell, alone=alone):
            progress(Postponed(request.name, seconds))
            return False
        self._require_current()
        self.journal.write(cell)
        progress(finished(request.name, cell, seconds))
        return True

    def _cell(self, request: CellRequest, *, alone: bool) -> Cell:
        key, day = request.parts.key, request.day
        try:
            files = request.files()
        except ChangedSubmissionError as error:
            return unjudged_cell(key, day, str(error), contained=self.contained)
        runs = CellRun(self.course, self.contained, self.judge, self.cancelled, self.homes)
        return runs.grade(key, day, files, cpu_seconds=self.cpu_seconds, alone=alone)

    def _require_current(self) -> None:
        if not self.is_current():
            changed = "The course or the checker here has changed while a cell was graded"
            raise CourseError(f"{changed}; run the same command again")


def finished(name: CellName, cell: Cell, seconds: float) -> Finished:
    """The event of a cell that is in the journal."""
    tasks = cell.day["tasks"]
    points = sum(task["points"] for task in tasks) if cell.is_final else None
    return Finished(name, seconds, points, sum(task["max_points"] for task in tasks))
