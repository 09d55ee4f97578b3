"""A cohort as cells, each one day of one submission; a cell is graded once, several at a time."""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from checks.course.course import Course, Day
from checks.errors import CourseError
from checks.files import File
from checks.grade.journal import Cell, Journal
from checks.grade.key import KeyContext, KeyParts, hash_files
from checks.grade.submission_files import Submission, learner_files, printable
from checks.results.model import Results, as_json
from checks.runner.run import Cancelled, RunRequest, run
from checks.workspace.overlay import write_overlay

ATTEMPTS = 2

Judge = Callable[[RunRequest, Event], Results]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Row:
    """One submission: the key parts of each of its cells by the day's folder.

    A day without a file of the learner's has no cell. `problem`: why the submission is unreadable.
    """

    submission: Submission
    cells: Mapping[str, KeyParts]
    problem: str = ""


def plan(
    days: Sequence[Day], submissions: Iterable[Submission], context: KeyContext
) -> tuple[Row, ...]:
    """The rows of all submissions; each is read once, and its files are not kept in memory."""
    return tuple(_row(days, submission, context) for submission in submissions)


def _row(days: Sequence[Day], submission: Submission, context: KeyContext) -> Row:
    cells = {}
    try:
        for day in days:
            if files := learner_files(submission, day):
                cells[day.folder] = context.parts(day, files)
    except (CourseError, OSError) as error:
        return Row(submission, {}, printable(" ".join(str(error).split())))
    return Row(submission, cells)


@dataclass(frozen=True)
class CellRequest:
    """A cell that is to be graded."""

    submission: Submission
    day: Day
    parts: KeyParts


@dataclass(frozen=True)
class Grading:
    """One run of the grader: its course, journal and judge, and the event that cancels it."""

    course: Course
    journal: Journal
    contained: bool
    seconds: float = 300
    cancelled: Event = field(default_factory=Event)
    judge: Judge = run

    def grade(self, rows: Sequence[Row], jobs: int, progress: Progress) -> None:
        """Grade each cell that the journal lacks, `jobs` at a time; `progress` gets done and total.

        Identical work of two people is one cell. Raises CourseError when a submission changes
        meanwhile, and Cancelled after a cancellation; graded cells stay in the journal.
        """
        pending = self.pending(rows)
        progress(0, len(pending))
        with ThreadPoolExecutor(jobs) as pool:
            try:
                for done, _ in enumerate(pool.map(self._grade_cell, pending), 1):
                    progress(done, len(pending))
            except BaseException:
                self.cancelled.set()
                pool.shutdown(cancel_futures=True)
                raise

    def pending(self, rows: Sequence[Row]) -> list[CellRequest]:
        """The cells without a final result, each key once."""
        requests = {
            parts.key: CellRequest(row.submission, self.course.day(folder), parts)
            for row in rows
            for folder, parts in row.cells.items()
        }
        return [request for key, request in requests.items() if not self._is_final(key)]

    def _is_final(self, key: str) -> bool:
        cell = self.journal.read(key)
        return cell is not None and cell.is_final

    def _grade_cell(self, request: CellRequest) -> None:
        files = learner_files(request.submission, request.day)
        if hash_files(files) != request.parts.learner:
            message = f"{request.submission.source} has changed while it was being graded"
            raise CourseError(f"{message}; run the same command again")
        for _ in range(ATTEMPTS):
            if self.cancelled.is_set():
                raise Cancelled
            day = as_json([self._run_day(request.day, files)])["days"][0]
            cell = Cell(request.parts.key, day)
            self.journal.write(cell)
            if cell.is_final:
                return

    def _run_day(self, day: Day, files: Mapping[str, File]) -> Results:
        with tempfile.TemporaryDirectory(prefix="eventure-graded-") as scratch:
            tree = Path(scratch) / day.folder
            for name, file in files.items():
                target = tree / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.data)
                target.chmod(file.mode)
            tests = self.course.root / "days" / day.folder
            if not self.contained:  # a contained run writes the overlay itself
                learner_tree, tree = tree, Path(scratch) / "tree"
                write_overlay(tests, learner_tree, day, tree)
            request = RunRequest(day, day.tasks, tests, tree, self.contained, seconds=self.seconds)
            return self.judge(request, self.cancelled)
