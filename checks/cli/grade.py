"""The instructor's commands: grade, grade doctor, regrade."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from checks.cli.cohort_jobs import JOBS_AT_HAND, Jobs
from checks.cli.graded_cohort import CohortOptions, Selection, grade_cohort
from checks.cli.queue_options import Queue, QueueOptions, StoreUrl
from checks.cli.sandbox_attacks import attack_sandbox
from checks.errors import CourseError
from checks.grade import gradebook
from checks.grade.cell_run import CPU_SECONDS, MAX_CPU_SECONDS
from checks.grade.changes import Change, replace_rows
from checks.grade.gradebook import Gradebook
from checks.terminal import prompt

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]
Sources = Annotated[
    list[str],
    typer.Argument(help="Archives, clones, git URLs, a folder of them; or the word doctor."),
]
Out = Annotated[Path, typer.Option("--out", help="The folder for the gradebook and its journal.")]
Only = Annotated[list[str] | None, typer.Option(help="Only the row of this name; repeatable.")]
Skip = Annotated[list[str] | None, typer.Option(help="All but the row of this name; repeatable.")]
Again = Annotated[
    list[str] | None,
    typer.Option(help="Grade the row of this name again, though it has a result; repeatable."),
]
Timeout = Annotated[
    float,
    typer.Option(
        min=1, max=MAX_CPU_SECONDS, help="Seconds of CPU time for one day of one submission."
    ),
]
Days = Annotated[list[str] | None, typer.Option("--day", help="This day: day1. Default: all.")]
Uncontained = Annotated[
    bool, typer.Option("--uncontained", help="Run their code as yourself, without a sandbox.")
]
Roster = Annotated[
    Path | None,
    typer.Option("--roster", help="A CSV of the people: name, email, id, group."),
]
Due = Annotated[
    str, typer.Option("--due", help="When it is due: 2026-03-01T18:00+03:00. A date: its end, UTC.")
]
LatePolicyOption = Annotated[
    str,
    typer.Option("--late-policy", help="Points off: 2/day, 10%/day, 0-after-3, or two of them."),
]


def grade(  # noqa: PLR0913, PLR0917 - typer reads each option from a parameter
    sources: Sources,
    out: Out = Path("grades"),
    jobs: Jobs = JOBS_AT_HAND,
    day: Days = None,
    only: Only = None,
    skip: Skip = None,
    again: Again = None,
    roster: Roster = None,
    due: Due = "",
    late_policy: LatePolicyOption = "",
    queue: Queue = "",
    store: StoreUrl = "",
    timeout: Timeout = CPU_SECONDS,
    uncontained: Uncontained = False,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """Grade a cohort. Exit code 1 when a row needs a person; `grade doctor` tries the sandbox."""
    if sources == ["doctor"] and not Path("doctor").exists():
        raise typer.Exit(attack_sandbox(lang, as_document))
    workers = QueueOptions(queue, store)
    options = CohortOptions(
        out, jobs, day, uncontained, timeout, lang, roster, due, late_policy, workers
    )
    selection = Selection(only or (), skip or (), again or ())
    book, row_changes = grade_cohort(sources, selection, options)
    gradebook.write(book, out)
    _print_report(book, row_changes, out, as_document)


def regrade(  # noqa: PLR0913, PLR0917 - typer reads each option from a parameter
    sources: Sources,
    out: Out = Path("grades"),
    jobs: Jobs = JOBS_AT_HAND,
    day: Days = None,
    only: Only = None,
    skip: Skip = None,
    roster: Roster = None,
    due: Due = "",
    late_policy: LatePolicyOption = "",
    queue: Queue = "",
    store: StoreUrl = "",
    timeout: Timeout = CPU_SECONDS,
    uncontained: Uncontained = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """Grade again what has changed, say who changes and why, and write after a yes."""
    previous = gradebook.load(out)
    if previous is None:
        raise CourseError(f"{out} holds no gradebook to compare with; `checks grade` makes one")
    workers = QueueOptions(queue, store)
    options = CohortOptions(
        out, jobs, day, uncontained, timeout, lang, roster, due, late_policy, workers
    )
    selection = Selection(only or (), skip or ())
    book, row_changes = grade_cohort(sources, selection, options)
    if selection.is_part:
        book, row_changes = replace_rows(previous, book)
    for change in row_changes if not as_document else ():
        print(change.sentence)
    losses = sum(change.loses for change in row_changes)
    question = f"{len(row_changes)} rows change, {losses} of them lose points. Write the gradebook?"
    if row_changes and not yes and (as_document or not prompt.confirm(question, lang)):
        raise CourseError("The gradebook is as it was; --yes writes the new one")
    gradebook.write(book, out)
    _print_report(book, row_changes, out, as_document)


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
        _print_dates(book)
    raise typer.Exit(1 if flagged_rows else 0)


def _print_dates(book: Gradebook) -> None:
    """Say of how many it is not known when they were handed in: nothing is taken off there."""
    graded = [row for row in book["rows"] if row["handed_in"] and row["points"] is not None]
    unknown = [row["name"] for row in graded if row["submitted_at"] is None]
    if book["due"] and unknown:
        print(f"  {len(unknown)} without a time, nothing taken off: {', '.join(unknown)}")
