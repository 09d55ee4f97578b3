"""`checks report`: a graded cohort as pages, or in the form that another system reads."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from checks.errors import CourseError
from checks.export.graded import GradedRow, graded_rows
from checks.export.gradescope import gradescope
from checks.export.html import pages
from checks.export.junit import junit
from checks.export.learner_page import texts_here
from checks.files import git_file, replace_all
from checks.grade import gradebook
from checks.grade.journal import Journal

Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]
Files = Mapping[str, bytes]


class ReportFormat(StrEnum):
    """The formats of a report; the gradebook itself is JSON and CSV."""

    HTML = "html"
    JUNIT = "junit"
    GRADESCOPE = "gradescope"


def report(
    out: Annotated[Path, typer.Argument(help="Where `checks grade` wrote.")] = Path("grades"),
    form: Annotated[ReportFormat, typer.Option("--as", help="The form.")] = ReportFormat.HTML,
    lang: Lang = "en",
) -> None:
    """Draw the report of a graded cohort anew; nothing is graded."""
    book = gradebook.load(out)
    if book is None:
        raise CourseError(
            f"{out} holds no gradebook; `checks grade SUBMISSIONS --out {out}` makes one"
        )
    rows = list(graded_rows(book, Journal(out / "cells")))
    writers: dict[ReportFormat, Callable[[Sequence[GradedRow]], Files]] = {
        ReportFormat.HTML: lambda rows: pages(
            rows, contained=book["contained"], lang=lang, texts=texts_here(lang)
        ),
        ReportFormat.JUNIT: lambda rows: {"junit.xml": junit(rows)},
        ReportFormat.GRADESCOPE: lambda rows: {f"{row.slug}.json": gradescope(row) for row in rows},
    }
    folder = out / f"report-{form}"
    files = writers[form](rows)
    replace_all({folder / name: git_file(data) for name, data in files.items()})
    print(f"{len(files)} files in {folder}")
