"""The commands that are imported when they are asked for: a run or the board waits for none."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

COMMANDS = {
    "services": "checks.tools:services_app",
    "read": "checks.reading:read",
    "watch": "checks.observe:watch",
    "next": "checks.learner:next_day",
    "submit": "checks.learner:submit",
    "hint": "checks.stuck:hint",
    "solution": "checks.stuck:solution",
    "reset": "checks.stuck:reset",
    "undo": "checks.stuck:undo",
    "doctor": "checks.tools:doctor",
    "serve": "checks.serve:serve",
    "build": "checks.maintain:build",
    "carry": "checks.maintain:carry",
    "verify": "checks.maintain:verify",
    "grade": "checks.grade.command:grade",
    "regrade": "checks.grade.command:regrade",
    "report": "checks.export.command:report",
}
"""By name, the module and the function or the group of commands in it."""


class Late(TyperGroup):
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
