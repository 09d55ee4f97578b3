"""`checks report`: a graded cohort as pages, or in the form that another system reads."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from checks.errors import CourseError
from checks.export.github import autograding, classroom50
from checks.export.graded import GradedRow, graded_rows
from checks.export.gradescope import gradescope
from checks.export.html import pages
from checks.export.junit import junit
from checks.export.learner_page import texts_here
from checks.export.lms_csv import can_find_in_canvas, can_find_in_moodle, canvas, moodle
from checks.files import git_file, replace_all
from checks.grade import gradebook
from checks.grade.gradebook import Gradebook
from checks.grade.journal import Journal

Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]
Files = Mapping[str, bytes]


class ReportFormat(StrEnum):
    """The formats of a report; the gradebook itself is JSON and CSV."""

    HTML = "html"
    JUNIT = "junit"
    GRADESCOPE = "gradescope"
    MOODLE = "moodle"
    CANVAS = "canvas"
    CLASSROOM50 = "classroom50"
    GITHUB = "github"


@dataclass(frozen=True)
class Writer:
    """How a format is written, and of which rows; the others are named to the instructor."""

    write: Callable[[Sequence[GradedRow]], Files]
    takes: Callable[[GradedRow], bool]


def report(
    out: Annotated[Path, typer.Argument(help="Where `checks grade` wrote.")] = Path("grades"),
    form: Annotated[ReportFormat, typer.Option("--as", help="The form.")] = ReportFormat.HTML,
    column: Annotated[
        str, typer.Option("--column", help="The column of the LMS that gets the points.")
    ] = "Eventure",
    lang: Lang = "en",
) -> None:
    """Draw the report of a graded cohort anew; nothing is graded. Exit code 1: a row is not in it.

    Nothing without a grade goes to another system: it would become a 0 there.
    """
    book = gradebook.load(out)
    if book is None:
        raise CourseError(
            f"{out} holds no gradebook; `checks grade SUBMISSIONS --out {out}` makes one"
        )
    rows = list(graded_rows(book, Journal(out / "cells")))
    writer = _writer(form, book, column, lang)
    taken = [row for row in rows if writer.takes(row)]
    if rows and not taken:
        _tell_others(rows)
        raise CourseError(_nobody(form))
    folder = out / f"report-{form}"
    files = writer.write(taken)
    stale = {path for path in folder.glob("[0-9][0-9][0-9]-*") if path.name not in files}
    written = {folder / name: git_file(data) for name, data in files.items()}
    replace_all({**dict.fromkeys(stale), **written})
    print(f"{len(files)} files in {folder}")
    others = [row for row in rows if not writer.takes(row)]
    _tell_others(others)
    raise typer.Exit(1 if any(row.handed_in for row in others) else 0)


def _writer(form: ReportFormat, book: Gradebook, column: str, lang: str) -> Writer:
    stamped = partial(classroom50, environ=os.environ, now=datetime.now(UTC))
    documents: dict[ReportFormat, Callable[[GradedRow], bytes]] = {
        ReportFormat.GRADESCOPE: gradescope,
        ReportFormat.CLASSROOM50: stamped,
        ReportFormat.GITHUB: autograding,
    }
    if form in documents:
        write = documents[form]
        return Writer(
            lambda rows: {f"{row.slug}.json": write(row) for row in rows},
            lambda row: row.is_settled,
        )
    writers = {
        ReportFormat.HTML: Writer(
            partial(pages, contained=book["contained"], lang=lang, texts=texts_here(lang)),
            lambda _: True,
        ),
        ReportFormat.JUNIT: Writer(lambda rows: {"junit.xml": junit(rows)}, lambda _: True),
        ReportFormat.MOODLE: Writer(
            lambda rows: {"moodle.csv": moodle(rows, column)}, can_find_in_moodle
        ),
        ReportFormat.CANVAS: Writer(
            lambda rows: {"canvas.csv": canvas(rows, column)}, can_find_in_canvas
        ),
    }
    return writers[form]


def _nobody(form: ReportFormat) -> str:
    needed = {
        ReportFormat.MOODLE: "no row has a grade and an address or ID number",
        ReportFormat.CANVAS: "no row has a grade and an ID, SIS ID or login",
    }
    reason = needed.get(form, "no row has a grade that needs nobody to look at it")
    return f"Nothing was written: {reason}; grade with --roster, or see `look` in the gradebook"


def _tell_others(rows: Sequence[GradedRow]) -> None:
    for row in rows:
        reason = "; ".join(row.review_reasons) or "the LMS could not find this person"
        reason = reason if row.handed_in else "not handed in"
        print(f"checks: {row.name} is not in it: {reason}", file=sys.stderr)
