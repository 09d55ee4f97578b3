"""The instructor's commands: grade, grade doctor, regrade."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from checks.cli.sandbox_attacks import attack_sandbox, require_sandbox
from checks.course.course import Course, Day, find_root, load_course
from checks.errors import CourseError
from checks.grade import gradebook
from checks.grade.changes import Change, changes
from checks.grade.cohort import Grading, Row, plan
from checks.grade.gradebook import Gradebook
from checks.grade.intake import find_submissions
from checks.grade.journal import Journal
from checks.grade.key import key_context
from checks.grade.submission_files import Submission
from checks.runner.run import Cancelled
from checks.services.cohort_servers import cohort_servers
from checks.terminal import prompt
from checks.terminal.console import open_console
from checks.zygote.client import running_zygote

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]
Sources = Annotated[
    list[str],
    typer.Argument(help="Archives, clones, git URLs, a folder of them; or the word doctor."),
]
Out = Annotated[Path, typer.Option("--out", help="The folder for the gradebook and its journal.")]
Jobs = Annotated[int, typer.Option(min=1, help="Submissions at a time.")]
Only = Annotated[list[str] | None, typer.Option(help="Only the row of this name; repeatable.")]
Skip = Annotated[list[str] | None, typer.Option(help="All but the row of this name; repeatable.")]
Days = Annotated[list[str] | None, typer.Option("--day", help="This day: day1. Default: all.")]
Uncontained = Annotated[
    bool, typer.Option("--uncontained", help="Run their code as yourself, without a sandbox.")
]
CORES = os.cpu_count() or 1


def grade(  # noqa: PLR0913, PLR0917 - typer reads each option from a parameter
    sources: Sources,
    out: Out = Path("grades"),
    jobs: Jobs = CORES,
    day: Days = None,
    only: Only = None,
    skip: Skip = None,
    uncontained: Uncontained = False,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """Grade a cohort. Exit code 1 when a row needs a person; `grade doctor` tries the sandbox."""
    if sources == ["doctor"] and not Path("doctor").exists():
        raise typer.Exit(attack_sandbox(lang, as_document))
    with _find_submissions(sources) as all_submissions:
        submissions = _select(all_submissions, only or (), skip or ())
        book, row_changes = _grade(submissions, out, jobs, day, uncontained, lang)
    gradebook.write(book, out)
    _print_report(book, row_changes, out, as_document)


def regrade(  # noqa: PLR0913, PLR0917 - typer reads each option from a parameter
    sources: Sources,
    out: Out = Path("grades"),
    jobs: Jobs = CORES,
    day: Days = None,
    uncontained: Uncontained = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """Grade again what has changed, say who changes and why, and write after a yes."""
    if gradebook.load(out) is None:
        raise CourseError(f"{out} holds no gradebook to compare with; `checks grade` makes one")
    with _find_submissions(sources) as submissions:
        book, row_changes = _grade(submissions, out, jobs, day, uncontained, lang)
    for change in row_changes if not as_document else ():
        print(change.sentence)
    losses = sum(change.loses for change in row_changes)
    question = f"{len(row_changes)} rows change, {losses} of them lose points. Write the gradebook?"
    if row_changes and not yes and (as_document or not prompt.confirm(question, lang)):
        raise CourseError("The gradebook is as it was; --yes writes the new one")
    gradebook.write(book, out)
    _print_report(book, row_changes, out, as_document)


@contextmanager
def _find_submissions(sources: Sequence[str]) -> Iterator[tuple[Submission, ...]]:
    """The submissions; skipped ones go to standard error. Clones exist until the block ends."""
    with tempfile.TemporaryDirectory(prefix="eventure-clones-") as clones:
        yield find_submissions(
            sources, Path(clones), lambda message: print(f"checks: {message}", file=sys.stderr)
        )


def _grade(
    submissions: Sequence[Submission],
    out: Path,
    jobs: int,
    days: Sequence[str] | None,
    uncontained: bool,
    lang: str,
) -> tuple[Gradebook, tuple[Change, ...]]:
    course = load_course(find_root())
    chosen_days = _days(course, days)
    require_sandbox(uncontained, lang)
    previous = gradebook.load(out)
    journal = Journal(out / "cells")
    journal.prepare()
    rows = plan(chosen_days, submissions, key_context(course, contained=not uncontained))
    grading = Grading(course, journal, contained=not uncontained)
    _run(grading, rows, jobs)
    book = gradebook.build_gradebook(chosen_days, rows, journal, contained=not uncontained)
    return book, changes(previous, book)


def _run(grading: Grading, rows: Sequence[Row], jobs: int) -> None:
    console = open_console(stderr=True)
    try:
        with running_zygote(), _servers(grading, rows, console):
            grading.grade(rows, jobs, lambda done, total: _print_progress(console, done, total))
    except (KeyboardInterrupt, Cancelled):
        message = "Stopped; what was graded is kept: run the same command again to go on"
        raise CourseError(message) from None


def _servers(
    grading: Grading, rows: Sequence[Row], console: Console
) -> AbstractContextManager[object]:
    """Servers of this command alone, if there is something to grade."""
    if not grading.pending(rows):
        return nullcontext()
    return cohort_servers(lambda message: console.print(message, style="dim"))


def _print_progress(console: Console, done: int, total: int) -> None:
    console.print(f"{done} of {total} graded" if total else "nothing is new", style="dim")


def _days(course: Course, names: Sequence[str] | None) -> tuple[Day, ...]:
    if not names:
        return course.days
    numbers = {course.day(name).number for name in names}
    return tuple(day for day in course.days if day.number in numbers)


def _select(
    submissions: Sequence[Submission], only: Sequence[str], skip: Sequence[str]
) -> tuple[Submission, ...]:
    names = {submission.name for submission in submissions}
    for name in (*only, *skip):
        if name not in names:
            raise CourseError(f"No submission is called {name!r}; there are {len(names)}")
    return tuple(s for s in submissions if (not only or s.name in only) and s.name not in skip)


def _print_report(
    book: Gradebook, row_changes: Sequence[Change], out: Path, as_document: bool
) -> None:
    flagged_rows = [row for row in book["rows"] if row["look"]]
    if as_document:
        document = {**book, "changes": [asdict(change) for change in row_changes]}
        print(json.dumps(document, indent=1, ensure_ascii=False))
    else:
        print(f"{len(book['rows'])} rows in {out / gradebook.CSV} and {out / gradebook.JSON}")
        for row in flagged_rows:
            print(f"  {row['name']}: {'; '.join(row['look'])}")
    raise typer.Exit(1 if flagged_rows else 0)
