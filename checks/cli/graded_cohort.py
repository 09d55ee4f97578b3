"""A cohort as the instructor's commands name it: found, selected, graded, and made a gradebook."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from rich.console import Console

from checks.cli.grading_progress import shown_progress
from checks.cli.queue_options import NO_QUEUE, QueueOptions
from checks.cli.sandbox_attacks import require_same_sandbox, require_sandbox
from checks.course.course import Course, Day, find_root, load_course
from checks.errors import CourseError
from checks.grade import gradebook
from checks.grade.cell_run import require_cpu_seconds
from checks.grade.changes import Change, changes
from checks.grade.cohort import Row, plan
from checks.grade.gradebook import Gradebook
from checks.grade.grading import Grading
from checks.grade.intake import find_submissions
from checks.grade.journal import Journal
from checks.grade.key import KeyContext, is_same_context, key_context
from checks.grade.lateness import Lateness, read_due, read_policy
from checks.grade.roster import read_roster
from checks.grade.roster_match import match_roster, without_settled_doubles
from checks.grade.submission_files import Submission
from checks.harness.app import limit_variables
from checks.runner.inherited_limits import require_limits
from checks.runner.run import Cancelled
from checks.sandbox.shared_temp import require_shared_temp
from checks.sandbox.stale_folders import sweep_once
from checks.services.cohort_servers import cohort_servers
from checks.services.temporary_folders import temporary_folder
from checks.terminal.console import open_console
from checks.zygote.client import running_zygote


@dataclass(frozen=True)
class Selection:
    """The names of the rows that are wanted, left out, and graded though they have a result."""

    only: Sequence[str]
    skip: Sequence[str] = ()
    again: Sequence[str] = ()

    @property
    def is_part(self) -> bool:
        """Whether rows may be left out."""
        return bool(self.only or self.skip)

    def choose(self, submissions: Sequence[Submission]) -> tuple[Submission, ...]:
        """The wanted submissions. Raises CourseError for a name that none of them has."""
        names = {submission.name for submission in submissions}
        for name in (*self.only, *self.skip, *self.again):
            if name not in names:
                raise CourseError(f"No submission is called {name!r}; there are {len(names)}")
        wanted = tuple(s for s in submissions if not self.only or s.name in self.only)
        return tuple(s for s in wanted if s.name not in self.skip)


@dataclass(frozen=True)
class CohortOptions:
    """How a cohort is graded; `seconds` is the CPU time of one submission-day.

    `roster` is a CSV of the people, `due` and `late_policy` are texts as `lateness` reads them.
    `workers`: where others grade the cells; without a queue this command grades them.
    """

    out: Path
    jobs: int
    days: Sequence[str] | None
    uncontained: bool
    seconds: float
    lang: str
    roster: Path | None = None
    due: str = ""
    late_policy: str = ""
    workers: QueueOptions = NO_QUEUE

    @property
    def lateness(self) -> Lateness:
        """What counts as late. Raises CourseError for texts that cannot be read."""
        if self.late_policy and not self.due:
            raise CourseError("--late-policy needs a due date: --due 2026-03-01")
        policy = read_policy(self.late_policy)
        return Lateness(read_due(self.due) if self.due else None, policy)


def grade_cohort(
    sources: Sequence[str], selection: Selection, options: CohortOptions
) -> tuple[Gradebook, tuple[Change, ...]]:
    """The gradebook of the selected submissions, and how it differs from the one in the folder."""
    require_cpu_seconds(options.seconds)
    limit_variables.require_for_grading()
    require_limits()
    if not options.uncontained:
        require_shared_temp()
    course, lateness = load_course(find_root()), options.lateness
    days = _days(course, options.days)
    people = read_roster(options.roster) if options.roster else ()
    with _found_submissions(sources, days[0].folder if len(days) == 1 else "") as submissions:
        named = match_roster(people, submissions, _tell) if people else submissions
        chosen = without_settled_doubles(selection.choose(named))
        previous = gradebook.load(options.out)
        book = _grade(course, days, chosen, selection, options, lateness)
    return book, changes(previous, book)


@contextmanager
def _found_submissions(sources: Sequence[str], only_day: str) -> Iterator[tuple[Submission, ...]]:
    """The submissions; skipped ones go to standard error. Clones exist until the block ends."""
    sweep_once()
    with temporary_folder("clones") as clones:
        yield find_submissions(sources, clones, _tell, only_day)


def _tell(message: str) -> None:
    print(f"checks: {message}", file=sys.stderr)


def _grade(
    course: Course,
    days: Sequence[Day],
    submissions: Sequence[Submission],
    selection: Selection,
    options: CohortOptions,
    lateness: Lateness,
) -> Gradebook:
    contained = not options.uncontained
    if options.workers.queue:
        require_same_sandbox(options.uncontained)
    else:
        require_sandbox(options.uncontained, options.lang)
    journal = Journal(options.out / "cells")
    journal.prepare()
    context = _read_context(options)
    rows = plan(days, submissions, context)
    again = frozenset(selection.again)
    is_current = partial(is_same_context, partial(_read_context, options), context)
    grading = Grading(*(course, journal, contained, options.seconds, again), is_current=is_current)
    if options.workers.queue:
        from checks.cli.queued_cohort import grade_on_workers  # Celery takes half a second to load

        grade_on_workers(grading, rows, options.workers, options.out, options.lang)
    else:
        _run(grading, rows, options)
    return gradebook.build_gradebook(days, rows, journal, contained=contained, lateness=lateness)


def _read_context(options: CohortOptions) -> KeyContext:
    """What decides the verdicts of this command's cells, as it lies on the disk now."""
    course, contained = load_course(find_root()), not options.uncontained
    return key_context(course, contained=contained, cpu_seconds=options.seconds)


def _days(course: Course, names: Sequence[str] | None) -> tuple[Day, ...]:
    if not names:
        return course.days
    numbers = {course.day(name).number for name in names}
    return tuple(day for day in course.days if day.number in numbers)


def _run(grading: Grading, rows: Sequence[Row], options: CohortOptions) -> None:
    console, jobs = open_console(stderr=True), options.jobs
    try:
        with (
            running_zygote(),
            _servers(grading, rows, jobs, console) as homes,
            shown_progress(console, options.out, options.lang) as progress,
        ):
            replace(grading, homes=homes).grade(rows, jobs, progress)
    except (KeyboardInterrupt, Cancelled):
        message = "Stopped; what was graded is kept: run the same command again to go on"
        raise CourseError(message) from None


@contextmanager
def _servers(
    grading: Grading, rows: Sequence[Row], jobs: int, console: Console
) -> Iterator[SimpleQueue[Path]]:
    """The homes of servers of this command alone, one for each cell that is graded at a time.

    What a submission takes of PostgreSQL, locks or memory, nobody else lacks.
    """
    homes: SimpleQueue[Path] = SimpleQueue()
    with ExitStack() as stack:
        for number in range(min(jobs, len(grading.pending(rows)))):
            progress = (lambda text: console.print(text, style="dim")) if number == 0 else None
            homes.put(stack.enter_context(cohort_servers(progress)).root)
        yield homes
