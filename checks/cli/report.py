"""`checks report`: a graded cohort as pages, or in the form that another system reads."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from checks.errors import CourseError
from checks.export.graded import Graded, graded
from checks.export.gradescope import gradescope
from checks.export.html import pages
from checks.export.junit import junit
from checks.files import git_file, replace_all
from checks.grade import gradebook
from checks.grade.journal import Journal

Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]
Files = Mapping[str, bytes]


class Form(StrEnum):
    """What a report can be; the gradebook itself is JSON and CSV already."""

    HTML = "html"
    JUNIT = "junit"
    GRADESCOPE = "gradescope"


def report(
    out: Annotated[Path, typer.Argument(help="Where `checks grade` wrote.")] = Path("grades"),
    form: Annotated[Form, typer.Option("--as", help="The form.")] = Form.HTML,
    lang: Lang = "en",
) -> None:
    """Draw the report of a graded cohort anew; nothing is graded."""
    book = gradebook.load(out)
    if book is None:
        raise CourseError(
            f"{out} holds no gradebook; `checks grade SUBMISSIONS --out {out}` makes one"
        )
    rows = list(graded(book, Journal(out / "cells")))
    makers: dict[Form, Callable[[Sequence[Graded]], Files]] = {
        Form.HTML: partial(pages, contained=book["contained"], lang=lang),
        Form.JUNIT: lambda each: {"junit.xml": junit(each)},
        Form.GRADESCOPE: lambda each: {f"{r.slug}.json": gradescope(r) for r in each},
    }
    folder = out / f"report-{form}"
    made = makers[form](rows)
    replace_all({folder / name: git_file(data) for name, data in made.items()})
    print(f"{len(made)} files in {folder}")
