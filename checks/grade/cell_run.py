"""One cell is graded: the files of one day of one submission, against the course's own tests."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from threading import Event

from checks.course.course import Course, Day
from checks.errors import CourseError
from checks.files import File
from checks.grade.journal import Cell
from checks.results.model import Cause, Results, TaskResult, TestResult, Verdict, as_json
from checks.runner.budget import Budget
from checks.runner.run import Cancelled, RunRequest, run
from checks.services.temporary_folders import temporary_folder
from checks.workspace.overlay import UnfitSubmissionError, write_overlay

CPU_SECONDS = 300.0
"""The CPU time of one submission-day: several times what the longest reference day uses."""
MAX_CPU_SECONDS = 3600.0
"""What `--timeout` may be at most: a broker waits for longer than a cell may take with it."""
WALL_FACTOR = 4
"""The bound on wall time, as a multiple of the CPU time."""
MAX_SECONDS = 2 * WALL_FACTOR * MAX_CPU_SECONDS
"""The longest cell, which is graded twice: seconds of wall time."""

Judge = Callable[[RunRequest, Event], Results]
"""What runs the tests of a day: `runner.run`, or a test's stand-in."""


def require_cpu_seconds(seconds: float) -> None:
    """Raises CourseError for a CPU time that no cell may have; NaN is one, too."""
    if not 1 <= seconds <= MAX_CPU_SECONDS:
        allowed = f"it has to be from 1 to {MAX_CPU_SECONDS:.0f} seconds"
        raise CourseError(f"--timeout {seconds:g}: {allowed}; nothing was graded")


@dataclass(frozen=True)
class CellRun:
    """How cells are graded here: the course, the containment, the judge, the servers.

    `homes`: those of the servers, for as many cells at a time; without one the environment names
    the servers.
    """

    course: Course
    contained: bool
    judge: Judge = run
    cancelled: Event = field(default_factory=Event)
    homes: SimpleQueue[Path] | None = None

    def grade(
        self, key: str, day: Day, files: Mapping[str, File], *, cpu_seconds: float, alone: bool
    ) -> Cell:
        """The cell of these files. Raises Cancelled after a cancellation.

        A run that cannot be started is an `infra_error` of each task: nothing of the learner's.
        """
        if self.cancelled.is_set():
            raise Cancelled
        budget = Budget(cpu_seconds, WALL_FACTOR * cpu_seconds, alone=alone)
        try:
            results = self._run_day(day, files, budget)
        except UnfitSubmissionError as error:
            return unjudged_cell(key, day, str(error), contained=self.contained)
        except OSError as error:  # no disk, no file descriptor
            reason = f"the run could not be started: {error}"
            return unjudged_cell(key, day, reason, contained=self.contained)
        return cell_of(key, results)

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


def is_settled(cell: Cell, *, alone: bool) -> bool:
    """Whether the verdicts of a cell stand; a timeout beside other cells is in doubt."""
    return cell.is_final and (alone or not cell.has_timeout)


def cell_of(key: str, results: Results) -> Cell:
    """The results under the cell's name."""
    return Cell(key, as_json([results])["days"][0])


def unjudged_cell(key: str, day: Day, reason: str, *, contained: bool) -> Cell:
    """The cell of a day that the checker could not judge, with the reason at each task."""
    return cell_of(key, unjudged(day, reason, contained=contained))


def unjudged(day: Day, reason: str, *, contained: bool) -> Results:
    """The results of a day that the checker could not judge, with the reason at each task."""
    cause = Cause(reason)
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
