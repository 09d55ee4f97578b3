"""`checks read`: a task's statement in the terminal, without what gives the answer away."""

import json
import re
from typing import Annotated, ClassVar

import typer
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.markdown import Markdown, MarkdownElement, TableElement
from rich.table import Table
from rich.text import Text

from checks.course.course import Statement, Task, find_root, load_course, read_statement
from checks.messages.messages import translate
from checks.terminal.console import open_console

WIDEST = 100  # longer lines are hard to follow from one to the next
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
        print(json.dumps(document(task, statement), indent=1, ensure_ascii=False))
        return
    screen = open_console()
    screen.print(page(task, statement, lang), width=min(screen.width, WIDEST))


def sections(statement: Statement) -> dict[str, tuple[str, str]]:
    """Heading and text (Markdown) of each section by its id, but for the hints."""
    return {
        name: (statement.headings[name], _ANCHOR.sub(r"\1", text))
        for name, text in statement.sections.items()
        if name != "hints"
    }


def document(task: Task, statement: Statement) -> dict[str, object]:
    """The same for a program."""
    found = sections(statement).items()
    parts = [{"id": name, "heading": head, "text": text} for name, (head, text) in found]
    title = statement.title
    return {"schema": "eventure/statement/v1", "task": task.id, "title": title, "sections": parts}


class _WholeTable(TableElement):
    """A table that breaks a long word, where rich would cut it off."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for part in super().__rich_console__(console, options):
            for column in part.columns if isinstance(part, Table) else ():
                column.overflow = "fold"
            yield part


class _Page(Markdown):
    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "table_open": _WholeTable,
    }


def page(task: Task, statement: Statement, lang: str) -> RenderableType:
    """The page; its last line names the command that gives a hint."""
    parts = [f"## {head}\n\n{text}" for head, text in sections(statement).values()]
    text = "\n\n".join((f"# {statement.title}", *parts))
    # An address that a click opens is hidden in the terminals that know no clicks.
    shown = _Page(text, code_theme="ansi_dark", hyperlinks=False)
    last = f"{translate('Hints, one at a time:', lang)} checks hint {task.id}"
    return Group(shown, Text(), Text(last, style="bold"))
