"""The learner's commands for when they are stuck: hint, solution, reset, undo."""

import json
from typing import Annotated, Any

import typer

from checks.course import answers
from checks.course.course import find_root, load_course, read_statement
from checks.messages.messages import translate
from checks.terminal import prompt
from checks.terminal.console import open_console
from checks.terminal.next_report import path_list
from checks.terminal.results import render_hint
from checks.workspace import progress
from checks.workspace.reset import (
    files_with_own_lines,
    plan_reset,
    reset_task,
    snapshot_to_restore,
    undo_change,
)
from checks.workspace.snapshot import edited_paths

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]
TaskId = Annotated[str, typer.Argument(help="A task, such as 1.2.")]

IS_STARTER = "Nothing to put back: {task} is as it began"
REGIONS_ARE_STARTER = "Nothing to put back: the regions of {task} are as they began"
OWN_LINES_STAY = "{path}: your lines outside the regions of {task} stay"
OVERWRITE_EDITS = "You have changed {paths} since `{why}`; a snapshot is kept. Overwrite that?"


def hint(
    task_id: TaskId,
    rung: Annotated[int | None, typer.Argument(min=1, help="This one again: 1, 2, …")] = None,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """The next hint. Asking never moves your position on the board."""
    course = load_course(find_root())
    task = course.task(task_id)
    folder = course.root / "days" / course.task_day(task).folder
    hints = read_statement(folder / task.statement_in(lang)).hints
    number = progress.next_hint(course, task, len(hints), rung)
    if as_document:
        shown = [{"question": each.question, "text": each.text} for each in hints[:number]]
        document: Any = {"task": task.id, "of": len(hints), "hints": shown}
        print(json.dumps(document, ensure_ascii=False))
        return
    open_console().print(render_hint(task, hints, number, lang))


def solution(
    task_id: TaskId,
    diff: Annotated[bool, typer.Option("--diff", help="Your code against it.")] = False,
    as_document: Json = False,
) -> None:
    """The answer to a task, cut out of the finished backend."""
    course = load_course(find_root())
    task = course.task(task_id)
    if diff:
        text = answers.difference(course, task)
        print(json.dumps({"task": task.id, "diff": text}) if as_document else text, end="\n")
        return
    files = answers.answers(course, task)
    if as_document:
        print(json.dumps({"task": task.id, "files": files}, indent=1))
        return
    for name, text in files.items():
        print(f"── {name}\n{text}")


def reset(
    task_id: TaskId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lang: Lang = "en",
) -> None:
    """Put a task's regions back to their starters. A snapshot is taken first."""
    course = load_course(find_root())
    task = course.task(task_id)
    changes = plan_reset(course, task)
    lines = [change.in_(task, lang) for change in changes]
    own = files_with_own_lines(course, task, changes)
    own_lines_stay = translate(OWN_LINES_STAY, lang)
    lines += [own_lines_stay.format(path=path, task=task.id) for path in own]
    print("\n".join(lines), end="\n" if lines else "")
    if changes and not yes and not prompt.confirm(translate("Put this back?", lang), lang):
        raise typer.Exit(1)
    if reset_task(course, task, changes) is None:
        print(translate(REGIONS_ARE_STARTER if own else IS_STARTER, lang).format(task=task.id))
    else:
        print(translate("Put back; `checks undo` brings your lines back", lang))


def undo(
    redo: Annotated[bool, typer.Option("--redo", help="Take the last undo back.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lang: Lang = "en",
) -> None:
    """Take back the last command that wrote to your files. A snapshot is taken first.

    Asks before it overwrites what you edited since; without an answer nothing is written.
    """
    course = load_course(find_root())
    snapshot = snapshot_to_restore(course, lang, redo=redo)
    if (paths := edited_paths(course.root, snapshot)) and not yes:
        question = translate(OVERWRITE_EDITS, lang).format(paths=path_list(paths), why=snapshot.why)
        if not prompt.confirm(question, lang):
            raise typer.Exit(1)
    action = translate("brought back:" if redo else "taken back:", lang)
    print(f"{action} {undo_change(course, snapshot)}")
    if not redo:
        print(translate("`checks undo --redo` brings back what was there before", lang))
