"""The entry point `checks`, with the command without a name: the board."""

import json
import os
import sys
from typing import Annotated, cast

import typer.main
from typer.core import TyperGroup

from checks.cli import exit_codes
from checks.cli.lazy_commands import NEED_SOLUTIONS, LazyCommands
from checks.cli.run import run_command
from checks.cli.typer_startup import skip_pydantic
from checks.course.course import find_root, load_course
from checks.course.learners_copy import in_learners_copy
from checks.errors import CourseError
from checks.programs import discard_variables
from checks.runner.inherited_limits import prepare_process
from checks.terminal.board import render_board
from checks.terminal.console import open_console
from checks.terminal.holding_line import holding_line
from checks.terminal.next_step import day_at_hand
from checks.workspace import progress
from checks.workspace.holding import holding_in

skip_pydantic()
app = typer.Typer(
    cls=LazyCommands, no_args_is_help=False, rich_markup_mode=None, pretty_exceptions_enable=False
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]


@app.callback(invoke_without_command=True)
def board(
    context: typer.Context,
    lang: Lang = "en",
    whole: Annotated[bool, typer.Option("--all", help="The tasks of every day.")] = False,
    as_document: Json = False,
) -> None:
    """The board: seven days, the tasks of the day at hand, and what to do next."""
    if context.invoked_subcommand is not None:
        _require_solutions(context.invoked_subcommand)
        return
    course = load_course(find_root())
    verdicts = progress.verdicts(course)
    if as_document:
        known = {task.id: verdicts.get(task.key, "not_run") for task in course.tasks}
        print(json.dumps({"schema": "eventure/board/v1", "tasks": known}, indent=1))
    else:
        at_hand = progress.position(course)
        today = None if whole else day_at_hand(course, verdicts, at_hand)
        open_console().print(render_board(course, verdicts, lang, at_hand, today))
        for day in course.days if today is None else (today,):
            if holding := holding_in(course, day):
                open_console().print(holding_line(holding, lang), soft_wrap=True)


def _require_solutions(command: str) -> None:
    """Refuse a maintainer's or an instructor's command in a learners' copy."""
    if command in NEED_SOLUTIONS and in_learners_copy():
        raise CourseError(
            f"This is a learners' copy, without solutions: `checks {command}` needs the workbook "
            "that it was made from"
        )


app.command("run")(run_command)


def main() -> None:
    """Run a command and leave with its exit code."""
    discard_variables()
    prepare_process()
    command = cast("TyperGroup", typer.main.get_command(app))
    sys.exit(exit_codes.run(command, sys.argv[1:], os.environ))


if __name__ == "__main__":
    main()
