"""The cells of a cohort are graded: each once, several at a time, and in doubt once more, alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Event

from checks.course.course import Course, Day
from checks.errors import CourseError
from checks.files import File
from checks.grade.cohort import Row
from checks.grade.journal import Cell, Journal
from checks.grade.key import KeyParts, hash_files
from checks.grade.submission_files import Submission, learner_files
from checks.results.model import Cause, Results, TaskResult, TestResult, Verdict, as_json
from checks.runner.budget import Budget
from checks.runner.run import Cancelled, RunRequest, run
from checks.services.temporary_folders import temporary_folder
from checks.workspace.overlay import write_overlay

CPU_SECONDS = 300.0
"""The CPU time of one submission-day: several times what the longest reference day uses."""
WALL_FACTOR = 4
"""The bound on wall time, as a multiple of the CPU time."""

Judge = Callable[[RunRequest, Event], Results]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class CellRequest:
    """A cell that is to be graded."""

    submission: Submission
    day: Day
    parts: KeyParts


@dataclass(frozen=True)
class Grading:
    """One run of the grader: its course, journal and judge, and the event that cancels it.

    `again`: names of submissions whose cells are graded although they are final. `homes`: those of
    the servers, for as many cells at a time; without one the environment names the servers.
    """

    course: Course
    journal: Journal
    contained: bool
    cpu_seconds: float = CPU_SECONDS
    again: frozenset[str] = frozenset()
    cancelled: Event = field(default_factory=Event)
    judge: Judge = run
    homes: SimpleQueue[Path] | None = None

    def grade(self, rows: Sequence[Row], jobs: int, progress: Progress) -> None:
        """Grade each cell that the journal lacks, `jobs` at a time; `progress` gets done and total.

        Identical work of two people is one cell. A cell in doubt is graded once more after all
        others, while no other one is. Raises CourseError when a submission changes meanwhile, and
        Cancelled after a cancellation; graded cells stay in the journal.
        """
        pending = self.pending(rows)
        progress(0, len(pending))
        doubtful, alone = [], jobs == 1 or len(pending) == 1
        with ThreadPoolExecutor(jobs) as pool, self._cancelled_on_error():
            settled = pool.map(partial(self._is_settled, alone=alone), pending)
            for number, (request, is_settled) in enumerate(zip(pending, settled, strict=True), 1):
                doubtful += [] if is_settled else [request]
                progress(number - len(doubtful), len(pending))
        for number, request in enumerate(doubtful, 1):
            self.journal.write(self._judge_cell(request, alone=True))
            progress(len(pending) - len(doubtful) + number, len(pending))

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

    def _is_settled(self, request: CellRequest, *, alone: bool) -> bool:
        """Grade a cell; whether its verdicts stand. One in doubt is not written to the journal."""
        cell = self._judge_cell(request, alone=alone)
        if not cell.is_final or (cell.has_timeout and not alone):
            return False
        self.journal.write(cell)
        return True

    def _judge_cell(self, request: CellRequest, *, alone: bool) -> Cell:
        if self.cancelled.is_set():
            raise Cancelled
        files = learner_files(request.submission, request.day)
        if hash_files(files) != request.parts.learner:
            message = f"{request.submission.source} has changed while it was being graded"
            raise CourseError(f"{message}; run the same command again")
        budget = Budget(self.cpu_seconds, WALL_FACTOR * self.cpu_seconds, alone=alone)
        try:
            results = self._run_day(request.day, files, budget)
        except OSError as error:  # no disk, no file descriptor: nothing of the learner's
            results = _unjudged(request.day, str(error), contained=self.contained)
        return Cell(request.parts.key, as_json([results])["days"][0])

    def _run_day(self, day: Day, files: Mapping[str, File], budget: Budget) -> Results:
        with temporary_folder("graded") as scratch:
            tree = scratch / day.folder
            for name, file in files.items():
                target = tree / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.data)
                target.chmod(file.mode)
            tests = self.course.root / "days" / day.folder
            if not self.contained:  # a contained run writes the overlay itself
                learner_tree, tree = tree, scratch / "tree"
                write_overlay(tests, learner_tree, day, tree)
            request = RunRequest(day, day.tasks, tests, tree, self.contained, budget=budget)
            with self._home() as home:
                return self.judge(replace(request, home=home), self.cancelled)

    @contextmanager
    def _home(self) -> Iterator[Path | None]:
        """Servers that no other cell uses in the block."""
        home = self.homes.get() if self.homes else None
        try:
            yield home
        finally:
            if self.homes and home:
                self.homes.put(home)


def _unjudged(day: Day, reason: str, *, contained: bool) -> Results:
    """The results of a run that could not be started."""
    cause = Cause(f"the run could not be started: {reason}")
    tasks = tuple(
        TaskResult(
            task.id,
            task.key,
            task.title.en,
            task.points,
            (TestResult(task.id, "run", Verdict.INFRA_ERROR, cause=cause),),
        )
        for task in day.tasks
    )
    return Results(day.folder, contained, tasks)
