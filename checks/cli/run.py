"""`checks run`: tasks or days on the learner's folder, judged and printed."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from checks.course.course import Course, Day, Task, find_root, load_course
from checks.errors import CourseError
from checks.harness.app.limit_variables import require_seconds
from checks.messages.messages import translate
from checks.results.model import Results, as_json
from checks.runner.run import run, run_request
from checks.terminal.console import open_console
from checks.terminal.next_step import next_step, next_task
from checks.terminal.results import Prerequisites, render_results
from checks.workspace import progress
from checks.workspace.judged_content import judged_contents
from checks.zygote import daemon

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]


def run_command(
    what: Annotated[
        list[str] | None, typer.Argument(help="Tasks or days: 1.2, day1. Default: what is next.")
    ] = None,
    contained: Annotated[bool, typer.Option(help="Run the app in the sandbox.")] = False,
    tree: Annotated[Path | None, typer.Option(help="Test this folder instead of yours.")] = None,
    lang: Lang = "en",
    as_document: Json = False,
) -> None:
    """Run tasks or days. Exit code 0 when all pass, 1 when something does not, 2 on misuse."""
    require_seconds()
    course = load_course(find_root())
    chosen = course.select(what or [_next_task_or_day(course)], with_bonus=False)
    if not contained:
        daemon.attach()
    judged = judged_contents(course, [task for _, tasks in chosen for task in tasks])
    results = [_run_tasks(course, day, tasks, contained, tree, lang) for day, tasks in chosen]
    if as_document:
        print(json.dumps(as_json(results), indent=1))
    else:
        prerequisites = progress.missing_prerequisites(course, results) if tree is None else {}
        _print_results(results, lang, prerequisites)
    if tree is None:  # after the verdicts are printed: the disk may be full
        progress.save_verdicts(course, results, judged)
        if not as_document and all(result.passed for result in results):
            _print_next_step(course, lang)
    if not contained:
        daemon.start_detached()  # the next run begins with the libraries in memory
    raise typer.Exit(0 if all(result.passed for result in results) else 1)


def _print_next_step(course: Course, lang: str) -> None:
    verdicts, at_hand = progress.verdicts(course), progress.position(course)
    open_console().print(next_step(course, verdicts, lang, at_hand))


def _print_results(results: Sequence[Results], lang: str, prerequisites: Prerequisites) -> None:
    for result in results:
        open_console().print(render_results(result, lang, prerequisites))


def _next_task_or_day(course: Course) -> str:
    task = next_task(course, progress.verdicts(course), progress.position(course))
    return task.id if task else course.days[-1].folder


def _run_tasks(
    course: Course, day: Day, tasks: Sequence[Task], contained: bool, tree: Path | None, lang: str
) -> Results:
    if tree is not None and not tree.is_dir():
        raise CourseError(f"--tree {tree} is no folder; give a day's folder, the one that has app/")
    names = ", ".join(task.id for task in tasks)
    open_console(stderr=True).print(f"{translate('running', lang)} {names} …", style="dim")
    request = run_request(course, day, tasks, tree)
    processes = 1 if contained else request.processes
    return run(replace(request, contained=contained, lang=lang, processes=processes))
