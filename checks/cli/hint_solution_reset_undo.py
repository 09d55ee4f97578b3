"""The learner's commands for when they are stuck: hint, solution, reset, undo."""

import json
from typing import Annotated, Any

import typer

from checks.course import answers as answers_module
from checks.course.course import find_root, load_course, read_statement
from checks.messages.messages import say
from checks.terminal import prompt, results
from checks.terminal.carried import listed
from checks.workspace import progress
from checks.workspace import reset as rewind
from checks.workspace.snapshot import edited

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]
TaskId = Annotated[str, typer.Argument(help="A task, such as 1.2.")]

AS_BEGUN = "Nothing to put back: {task} is as it began"
OWN_AS_BEGUN = "Nothing to put back: the regions of {task} are as they began"
OTHERS_STAY = "{path}: your lines outside the regions of {task} stay"
OVER_EDITS = "You have changed {paths} since `{why}`; a snapshot is kept. Overwrite that?"


def hint(
    task_id: TaskId,
    rung: Annotated[int | None, typer.Argument(min=1, help="This one again: 1, 2, …")] = None,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """The next rung of the ladder; asking never moves your position on the board."""
    course = load_course(find_root())
    task = course.task(task_id)
    folder = course.root / "days" / course.task_day(task).folder
    hints = read_statement(folder / task.statement_in(lang)).hints
    number = progress.hint(course, task, len(hints), rung)
    if as_document:
        shown: Any = [{"question": h.question, "text": h.text} for h in hints[:number]]
        print(json.dumps({"task": task.id, "of": len(hints), "hints": shown}, ensure_ascii=False))
        return
    results.console().print(results.hint(task, hints, number, lang))


def solution(
    task_id: TaskId,
    diff: Annotated[bool, typer.Option("--diff", help="Your code against it.")] = False,
    as_document: Json = False,
) -> None:
    """The answer to a task, cut out of the finished backend."""
    course = load_course(find_root())
    task = course.task(task_id)
    if diff:
        text = answers_module.difference(course, task)
        print(json.dumps({"task": task.id, "diff": text}) if as_document else text, end="\n")
        return
    found = answers_module.answers(course, task)
    if as_document:
        print(json.dumps({"task": task.id, "files": found}, indent=1))
        return
    for name, text in found.items():
        print(f"── {name}\n{text}")


def reset(
    task_id: TaskId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lang: Lang = "en",
) -> None:
    """Put a task's regions back to their starters; a snapshot is taken first."""
    course = load_course(find_root())
    task = course.task(task_id)
    changes = rewind.plan(course, task)
    lines = [change.in_(task, lang) for change in changes]
    kept = rewind.kept(course, task, changes)
    lines += [say(OTHERS_STAY, lang).format(path=path, task=task.id) for path in kept]
    print("\n".join(lines), end="\n" if lines else "")
    if changes and not yes and not prompt.confirm(say("Put this back?", lang), lang):
        raise typer.Exit(1)
    if rewind.reset(course, task, changes) is None:
        print(say(OWN_AS_BEGUN if kept else AS_BEGUN, lang).format(task=task.id))
    else:
        print(say("Put back; `checks undo` brings your lines back", lang))


def undo(
    redo: Annotated[bool, typer.Option("--redo", help="Take the last undo back.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lang: Lang = "en",
) -> None:
    """Take back the last command that wrote to your files; a snapshot is taken first.

    Asks before it overwrites what you edited since; without an answer nothing is written.
    """
    course = load_course(find_root())
    held = rewind.to_bring_back(course, lang, redo=redo)
    if (since := edited(course.root, held)) and not yes:
        question = say(OVER_EDITS, lang).format(paths=listed(since), why=held.why)
        if not prompt.confirm(question, lang):
            raise typer.Exit(1)
    said = say("brought back:" if redo else "taken back:", lang)
    print(f"{said} {rewind.undo(course, held)}")
    if not redo:
        print(say("`checks undo --redo` brings back what was there before", lang))
