"""`checks list`: the tasks in which some words occur, or that are open, or of one day."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

import typer

from checks.course.course import Course, Task, find_root, load_course
from checks.errors import CourseError
from checks.results.model import NO_FAILURE, Verdict
from checks.terminal.board import render_tasks
from checks.terminal.console import open_console
from checks.workspace import progress

SCHEMA = "eventure/list/v1"


def list_tasks(
    words: Annotated[
        list[str] | None, typer.Argument(help="Words in a title or in a file to edit.")
    ] = None,
    day: Annotated[str, typer.Option(help="Only this day: day3, or 3.")] = "",
    open_only: Annotated[bool, typer.Option("--open", help="Only what does not pass.")] = False,
    passed: Annotated[bool, typer.Option("--passed", help="Only what passes.")] = False,
    lang: Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")] = "en",
    as_document: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Find tasks: by words, by day, open or passed."""
    if open_only and passed:
        raise CourseError("--open and --passed leave no task; give one of them")
    course = load_course(find_root())
    verdicts = progress.verdicts(course)
    tasks = course.day(day).tasks if day else course.tasks
    tasks = tuple(_with_words(tasks, words or ()))
    if open_only or passed:
        tasks = tuple(task for task in tasks if _is_open(task, verdicts) is not passed)
    if as_document:
        print(json.dumps(_document(course, tasks, verdicts), indent=1))
    elif tasks:
        open_console().print(render_tasks(tasks, verdicts, lang))
    else:
        raise CourseError("No task is like that; `checks list` lists all of them")


def _with_words(tasks: Iterable[Task], words: Sequence[str]) -> Iterable[Task]:
    """The tasks in which each of the words occurs, in either language and either case."""
    for task in tasks:
        text = " ".join([task.id, task.title.en, task.title.ru, *task.edit]).lower()
        if all(word.lower() in text for word in words):
            yield task


def _is_open(task: Task, verdicts: Mapping[str, Verdict]) -> bool:
    return verdicts.get(task.key) not in NO_FAILURE


def _document(
    course: Course, tasks: Iterable[Task], verdicts: Mapping[str, Verdict]
) -> dict[str, object]:
    rows = [
        {
            "id": task.id,
            "day": course.task_day(task).folder,
            "title": {"en": task.title.en, "ru": task.title.ru},
            "verdict": verdicts.get(task.key, Verdict.NOT_RUN),
            "minutes": task.minutes,
        }
        for task in tasks
    ]
    return {"schema": SCHEMA, "tasks": rows}
