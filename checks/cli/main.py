"""The entry point `checks`, with the commands `checks` (the board) and `checks run`."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, cast

import typer.main
from typer.core import TyperGroup

from checks.cli import exit_codes
from checks.cli.lazy_commands import NEED_SOLUTIONS, LazyCommands
from checks.cli.typer_startup import skip_pydantic
from checks.course.course import Course, Day, Task, find_root, load_course
from checks.course.learners_copy import in_learners_copy
from checks.errors import CourseError
from checks.harness.app.limit_variables import require_seconds
from checks.messages.messages import translate
from checks.programs import discard_variables
from checks.results.model import Results, as_json
from checks.runner.inherited_limits import prepare_process
from checks.runner.run import run, run_request
from checks.terminal.board import next_step, next_task, render_board
from checks.terminal.console import open_console
from checks.terminal.results import Prerequisites, render_results
from checks.workspace import progress
from checks.zygote import daemon

skip_pydantic()
app = typer.Typer(
    cls=LazyCommands, no_args_is_help=False, rich_markup_mode=None, pretty_exceptions_enable=False
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]


@app.callback(invoke_without_command=True)
def board(context: typer.Context, lang: Lang = "en", as_document: Json = False) -> None:
    """The board: seven days, every task, its points, and what to do next."""
    if context.invoked_subcommand is not None:
        _require_solutions(context.invoked_subcommand)
        return
    course = load_course(find_root())
    verdicts = progress.verdicts(course)
    if as_document:
        known = {task.id: verdicts.get(task.key, "not_run") for task in course.tasks}
        print(json.dumps({"schema": "eventure/board/v1", "tasks": known}, indent=1))
    else:
        open_console().print(render_board(course, verdicts, lang))


def _require_solutions(command: str) -> None:
    """Refuse a maintainer's or an instructor's command in a learners' copy."""
    if command in NEED_SOLUTIONS and in_learners_copy():
        raise CourseError(
            f"This is a learners' copy, without solutions: `checks {command}` needs the workbook "
            "that it was made from"
        )


@app.command("run")
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
    results = [_run_tasks(course, day, tasks, contained, tree, lang) for day, tasks in chosen]
    if as_document:
        print(json.dumps(as_json(results), indent=1))
    else:
        prerequisites = progress.missing_prerequisites(course) if tree is None else {}
        _print_results(results, lang, prerequisites)
    if tree is None:  # after the verdicts are printed: the disk may be full
        progress.save_verdicts(course, results)
        if not as_document and all(result.passed for result in results):
            open_console().print(next_step(course, progress.verdicts(course), lang))
    if not contained:
        daemon.start_detached()  # the next run begins with the libraries in memory
    raise typer.Exit(0 if all(result.passed for result in results) else 1)


def _print_results(results: Sequence[Results], lang: str, prerequisites: Prerequisites) -> None:
    for result in results:
        open_console().print(render_results(result, lang, prerequisites))


def _next_task_or_day(course: Course) -> str:
    task = next_task(course, progress.verdicts(course))
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


def main() -> None:
    """Run a command and leave with its exit code."""
    discard_variables()
    prepare_process()
    command = cast("TyperGroup", typer.main.get_command(app))
    sys.exit(exit_codes.run(command, sys.argv[1:], os.environ))


if __name__ == "__main__":
    main()
