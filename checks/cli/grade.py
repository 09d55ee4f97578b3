"""The instructor's commands: grade, grade doctor, regrade."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from checks.course.course import Course, Day, find_root, load_course
from checks.errors import CourseError
from checks.grade import gradebook
from checks.grade.attacks import attack_all
from checks.grade.changes import Change, changes
from checks.grade.cohort import Grading, Row, plan
from checks.grade.gradebook import Book
from checks.grade.intake import Submission, find
from checks.grade.journal import Journal
from checks.grade.key import surroundings
from checks.runner.run import Cancelled
from checks.sandbox import bubblewrap
from checks.terminal import prompt
from checks.terminal.console import open_console
from checks.zygote.client import warm

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
        raise typer.Exit(_doctor(lang, as_document))
    with _found(sources) as everybody:
        found = _chosen(everybody, only or (), skip or ())
        made, changed = _grade(found, out, jobs, day, uncontained, lang)
    gradebook.write(made, out)
    _report(made, changed, out, as_document)


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
    with _found(sources) as everybody:
        made, changed = _grade(everybody, out, jobs, day, uncontained, lang)
    for change in changed if not as_document else ():
        print(change.sentence)
    fewer = sum(change.loses for change in changed)
    question = f"{len(changed)} rows change, {fewer} of them lose points. Write the gradebook?"
    if changed and not yes and (as_document or not prompt.confirm(question, lang)):
        raise CourseError("The gradebook is as it was; --yes writes the new one")
    gradebook.write(made, out)
    _report(made, changed, out, as_document)


@contextmanager
def _found(sources: Sequence[str]) -> Iterator[tuple[Submission, ...]]:
    """Everybody's work; what is left out is told where no program reads. Clones live meanwhile."""
    with tempfile.TemporaryDirectory(prefix="eventure-clones-") as clones:
        yield find(sources, Path(clones), lambda said: print(f"checks: {said}", file=sys.stderr))


def _grade(
    found: Sequence[Submission],
    out: Path,
    jobs: int,
    days: Sequence[str] | None,
    uncontained: bool,
    lang: str,
) -> tuple[Book, tuple[Change, ...]]:
    course = load_course(find_root())
    chosen = _days(course, days)
    _contain(uncontained, lang)
    before = gradebook.load(out)
    journal = Journal(out / "cells")
    journal.prepare()
    rows = plan(chosen, found, surroundings(course, contained=not uncontained))
    grading = Grading(course, journal, contained=not uncontained)
    _run(grading, rows, jobs)
    made = gradebook.book(chosen, rows, journal, contained=not uncontained)
    return made, changes(before, made)


def _run(grading: Grading, rows: Sequence[Row], jobs: int) -> None:
    screen = open_console(stderr=True)
    try:
        with warm():
            grading.grade(rows, jobs, lambda done, of: _tell(screen, done, of))
    except (KeyboardInterrupt, Cancelled):
        said = "Stopped; what was graded is kept: run the same command again to go on"
        raise CourseError(said) from None


def _tell(screen: Console, done: int, of: int) -> None:
    screen.print(f"{done} of {of} graded" if of else "nothing is new", style="dim")


def _days(course: Course, names: Sequence[str] | None) -> tuple[Day, ...]:
    if not names:
        return course.days
    wanted = {course.day(name).number for name in names}
    return tuple(day for day in course.days if day.number in wanted)


def _chosen(
    found: Sequence[Submission], only: Sequence[str], skip: Sequence[str]
) -> tuple[Submission, ...]:
    known = {each.name for each in found}
    for name in (*only, *skip):
        if name not in known:
            raise CourseError(f"No submission is called {name!r}; there are {len(known)}")
    return tuple(s for s in found if (not only or s.name in only) and s.name not in skip)


def _contain(uncontained: bool, lang: str) -> None:
    """Refuse to run strangers' code where the sandbox does not hold, unless told to."""
    if uncontained:
        return
    containment = bubblewrap.probe()
    reasons = containment.reasons or tuple(
        f"an attack got through: {o.name.in_(lang)} ({o.why})" for o in attack_all() if not o.held
    )
    if reasons:
        said = "Nothing was graded: the sandbox does not hold here. "
        raise CourseError(
            said + " ".join(reasons) + " --uncontained grades all the same, and says so in each row"
        )


def _doctor(lang: str, as_document: bool) -> int:
    """Try every attack and say which got through; the exit code."""
    containment = bubblewrap.probe()
    if containment.kind == "none":
        raise CourseError("Cannot contain anything here: " + " ".join(containment.reasons))
    outcomes = list(attack_all())
    if as_document:
        tried = [{"attack": o.name.en, "held": o.held, "why": o.why} for o in outcomes]
        print(json.dumps({"schema": "eventure/attacks/v1", "attacks": tried}, indent=1))
    else:
        for outcome in outcomes:
            mark = "✔" if outcome.held else "✘"
            print(f"{mark} {outcome.name.in_(lang)}" + (f": {outcome.why}" if outcome.why else ""))
    return 0 if all(outcome.held for outcome in outcomes) else 1


def _report(made: Book, changed: Sequence[Change], out: Path, as_document: bool) -> None:
    looks = [row for row in made["rows"] if row["look"]]
    if as_document:
        document = {**made, "changes": [asdict(change) for change in changed]}
        print(json.dumps(document, indent=1, ensure_ascii=False))
    else:
        print(f"{len(made['rows'])} rows in {out / gradebook.CSV} and {out / gradebook.JSON}")
        for row in looks:
            print(f"  {row['name']}: {'; '.join(row['look'])}")
    raise typer.Exit(1 if looks else 0)
