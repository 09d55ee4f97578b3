"""`checks debrief` and `checks history`: what a pass is followed by, and what came before it."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from checks.course.course import Course, Task, find_root, load_course
from checks.diagnosis.debrief import Debrief, debrief_of
from checks.errors import CourseError
from checks.messages import debrief_and_history as texts
from checks.terminal import prompt
from checks.terminal.console import open_console
from checks.terminal.debrief import render_answer, render_debrief
from checks.terminal.history import render_history
from checks.workspace import progress
from checks.workspace.attempts import delete_attempts, read_attempts
from checks.workspace.snapshot import delete_snapshots, snapshots

SCHEMA = "eventure/history/v1"
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]


def debrief(
    task_id: Annotated[str, typer.Argument(help="A task that passes, such as 1.2.")],
    answer: Annotated[
        int | None, typer.Argument(min=1, help="Your answer to the question: 1, 2, …")
    ] = None,
    design: Annotated[str, typer.Option(help="The code of one accepted design.")] = "",
    lang: Lang = "en",
) -> None:
    """After a pass: one question, other designs that pass, reading."""
    course = load_course(find_root())
    task = course.task(task_id)
    progress.require_pass(course, task, lang)
    found = debrief_of(course, task)
    if design:
        print(_design(task, found, design, lang), end="")
    elif answer is not None:
        open_console().print(render_answer(task, found, answer, lang))
    else:
        open_console().print(render_debrief(course, task, found, lang))


def _design(task: Task, found: Debrief, name: str, lang: str) -> str:
    """The patch of a design against the reference. Raises CourseError where there is none."""
    known = {each.name: each for each in found.designs}
    if name not in known:
        raise CourseError(texts.NO_SUCH_DESIGN.in_(lang).format(task=task.id, name=name))
    if not known[name].patch:
        raise CourseError(texts.SEALED_DESIGN.in_(lang).format(name=name))
    return known[name].patch


def history(
    task_id: Annotated[str, typer.Argument(help="Only the attempts at this task.")] = "",
    whole: Annotated[bool, typer.Option("--all", help="The older attempts too.")] = False,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete the attempts and the snapshots.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """Your attempts and the snapshots, which stay on this machine."""
    course = load_course(find_root())
    if delete:
        _delete(course, lang, yes=yes)
        return
    task = course.task(task_id) if task_id else None
    attempts = [
        each for each in read_attempts(course.root) if task is None or each.task == task.key
    ]
    kept = [] if task else snapshots(course.root)
    if as_document:
        document = {
            "schema": SCHEMA,
            "attempts": [asdict(each) for each in attempts],
            "snapshots": [asdict(each) for each in kept],
        }
        print(json.dumps(document, indent=1, ensure_ascii=False))
    elif attempts or kept:
        open_console().print(render_history(course, attempts, kept, lang, whole=whole))
    else:
        print(texts.NO_HISTORY.in_(lang))


def _delete(course: Course, lang: str, *, yes: bool) -> None:
    attempts, kept = len(read_attempts(course.root)), len(snapshots(course.root))
    question = texts.DELETE.in_(lang).format(attempts=attempts, snapshots=kept)
    if not yes and not prompt.confirm(question, lang):
        raise typer.Exit(1)
    delete_attempts(course.root)
    delete_snapshots(course.root)
    print(texts.DELETED.in_(lang))
