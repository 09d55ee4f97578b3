"""A cohort as cells, days of submissions; each is graded once, a few at a time."""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from checks.course.course import Course, Day
from checks.errors import CourseError
from checks.files import File
from checks.grade.intake import Submission, files_of, printable
from checks.grade.journal import Cell, Journal
from checks.grade.key import Parts, Surroundings, hash_of
from checks.results.model import Results, as_json
from checks.runner.run import Cancelled, RunRequest, run
from checks.workspace.overlay import write_overlay

ATTEMPTS = 2

Judge = Callable[[RunRequest, Event], Results]
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Row:
    """One submission: the parts of each of its cells by the day's folder.

    A day without a file of the learner's has no cell. `problem` says why nothing could be read.
    """

    submission: Submission
    cells: Mapping[str, Parts]
    problem: str = ""


def plan(days: Sequence[Day], found: Iterable[Submission], around: Surroundings) -> tuple[Row, ...]:
    """Read every submission once and name its cells; nothing of them is kept in memory."""
    return tuple(_row(days, submission, around) for submission in found)


def _row(days: Sequence[Day], submission: Submission, around: Surroundings) -> Row:
    cells = {}
    try:
        for day in days:
            if files := files_of(submission, day):
                cells[day.folder] = around.parts(day, files)
    except (CourseError, OSError) as error:
        return Row(submission, {}, printable(" ".join(str(error).split())))
    return Row(submission, cells)


@dataclass(frozen=True)
class Wanted:
    """A cell that is to be graded."""

    submission: Submission
    day: Day
    parts: Parts


@dataclass(frozen=True)
class Grading:
    """One run of the grader: what decides, where verdicts are kept, and how it is called off."""

    course: Course
    journal: Journal
    contained: bool
    seconds: float = 300
    called_off: Event = field(default_factory=Event)
    judge: Judge = run

    def grade(self, rows: Sequence[Row], jobs: int, tell: Tell) -> None:
        """Grade each cell that the journal lacks, `jobs` at a time; `tell` hears done and all.

        The same work of two people is one cell. Raises CourseError when a submission changes
        under way, and Cancelled when it is called off; what was graded is kept.
        """
        todo = self.todo(rows)
        tell(0, len(todo))
        with ThreadPoolExecutor(jobs) as pool:
            try:
                for done, _ in enumerate(pool.map(self._one, todo), 1):
                    tell(done, len(todo))
            except BaseException:
                self.called_off.set()
                pool.shutdown(cancel_futures=True)
                raise

    def todo(self, rows: Sequence[Row]) -> list[Wanted]:
        """What is not graded yet, or was not because of us; each key once."""
        wanted = {
            parts.key: Wanted(row.submission, self.course.day(folder), parts)
            for row in rows
            for folder, parts in row.cells.items()
        }
        return [each for key, each in wanted.items() if not self._settled(key)]

    def _settled(self, key: str) -> bool:
        cell = self.journal.read(key)
        return cell is not None and cell.settled

    def _one(self, wanted: Wanted) -> None:
        files = files_of(wanted.submission, wanted.day)
        if hash_of(files) != wanted.parts.learner:
            said = f"{wanted.submission.source} has changed while it was being graded"
            raise CourseError(f"{said}; run the same command again")
        for _ in range(ATTEMPTS):
            if self.called_off.is_set():
                raise Cancelled
            judged = as_json([self._judged(wanted.day, files)])["days"][0]
            cell = Cell(wanted.parts.key, judged)
            self.journal.write(cell)
            if cell.settled:
                return

    def _judged(self, day: Day, files: Mapping[str, File]) -> Results:
        with tempfile.TemporaryDirectory(prefix="eventure-graded-") as scratch:
            tree = Path(scratch) / day.folder
            for name, file in files.items():
                place = tree / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(file.data)
                place.chmod(file.mode)
            tests = self.course.root / "days" / day.folder
            if not self.contained:  # a contained run lays the files over the pristine day itself
                bare, tree = tree, Path(scratch) / "tree"
                write_overlay(tests, bare, day, tree)
            run_request = RunRequest(
                day, day.tasks, tests, tree, self.contained, seconds=self.seconds
            )
            return self.judge(run_request, self.called_off)
