"""The commands that are imported when they are asked for: a run or the board waits for none."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

COMMANDS = {
    "services": "checks.cli.services_and_doctor:services_app",
    "read": "checks.cli.read:read",
    "watch": "checks.cli.watch:watch",
    "next": "checks.cli.next_and_submit:next_day",
    "submit": "checks.cli.next_and_submit:submit",
    "hint": "checks.cli.hint_solution_reset_undo:hint",
    "solution": "checks.cli.hint_solution_reset_undo:solution",
    "reset": "checks.cli.hint_solution_reset_undo:reset",
    "undo": "checks.cli.hint_solution_reset_undo:undo",
    "doctor": "checks.cli.services_and_doctor:doctor",
    "serve": "checks.cli.serve:serve",
    "build": "checks.cli.maintainer:build",
    "carry": "checks.cli.maintainer:carry",
    "verify": "checks.cli.maintainer:verify",
    "grade": "checks.cli.grade:grade",
    "regrade": "checks.cli.grade:regrade",
    "report": "checks.cli.report:report",
}
"""By name, the module and the function or the group of commands in it."""


class LazyCommands(TyperGroup):
    """A group that knows these by name, and the rest of each when it is needed.

    `loaded` is called with each late command, once.
    """

    loaded: Callable[[Any], None] | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands.update(dict.fromkeys(COMMANDS))  # type: ignore[arg-type]  # see get_command

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, imported now if it is a late one; None if there is none."""
        if self.commands.get(cmd_name) is None and cmd_name in COMMANDS:
            self.commands[cmd_name] = _made(cmd_name)
            if self.loaded is not None:
                self.loaded(self.commands[cmd_name])
        return super().get_command(ctx, cmd_name)


def _made(name: str) -> Any:
    module, _, wanted = COMMANDS[name].partition(":")
    found = getattr(import_module(module), wanted)
    around = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    if isinstance(found, typer.Typer):
        around.add_typer(found, name=name)
    else:
        around.command(name)(found)
    return typer.main.get_group(around).commands[name]
