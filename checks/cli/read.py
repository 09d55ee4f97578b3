"""`checks read`: a task's statement in the terminal, without its hints."""

import json
import re
from typing import Annotated, ClassVar

import typer
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.markdown import Markdown, MarkdownElement, TableElement
from rich.table import Table
from rich.text import Text

from checks.course.course import Statement, Task, find_root, load_course, read_statement
from checks.messages.durations import duration
from checks.messages.messages import translate
from checks.terminal.console import open_console

MAX_WIDTH = 100  # longer lines are hard to follow from one to the next
_ANCHOR = re.compile(r"^(#{3,6} .*?) *\{#[^}\s]+\} *$", re.MULTILINE)


def read(
    task_id: Annotated[str, typer.Argument(help="A task, such as 1.2.")],
    lang: Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")] = "en",
    as_document: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """The statement of a task, without its hints."""
    course = load_course(find_root())
    task = course.task(task_id)
    folder = course.root / "days" / course.task_day(task).folder
    statement = read_statement(folder / task.statement_in(lang))
    if as_document:
        print(json.dumps(statement_document(task, statement), indent=1, ensure_ascii=False))
        return
    console = open_console()
    console.print(render_page(task, statement, lang), width=min(console.width, MAX_WIDTH))


def sections_without_hints(statement: Statement) -> dict[str, tuple[str, str]]:
    """Heading and text (Markdown) of each section by its id, but for the hints."""
    return {
        name: (statement.headings[name], _ANCHOR.sub(r"\1", text))
        for name, text in statement.sections.items()
        if name != "hints"
    }


def statement_document(task: Task, statement: Statement) -> dict[str, object]:
    """The statement as a JSON document."""
    sections = sections_without_hints(statement).items()
    parts = [{"id": name, "heading": heading, "text": text} for name, (heading, text) in sections]
    title = statement.title
    head = {"task": task.id, "title": title, "minutes": task.minutes}
    return {"schema": "eventure/statement/v1", **head, "sections": parts}


class _WrappingTable(TableElement):
    """A table that wraps a long word; rich would cut it off."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for part in super().__rich_console__(console, options):
            for column in part.columns if isinstance(part, Table) else ():
                column.overflow = "fold"
            yield part


class _Page(Markdown):
    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "table_open": _WrappingTable,
    }


def render_page(task: Task, statement: Statement, lang: str) -> RenderableType:
    """The page; its last line names the command that gives a hint."""
    parts = [
        f"## {heading}\n\n{text}" for heading, text in sections_without_hints(statement).values()
    ]
    takes = duration(task.minutes, lang)
    text = "\n\n".join((f"# {statement.title}", f"*{takes}*", *parts))
    # A terminal without hyperlinks would hide the address.
    markdown = _Page(text, code_theme="ansi_dark", hyperlinks=False)
    hint_line = f"{translate('Hints, one at a time:', lang)} checks hint {task.id}"
    return Group(markdown, Text(), Text(hint_line, style="bold"))
