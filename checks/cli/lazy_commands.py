"""Commands that are imported when they are typed: a run or the board loads none of them."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

COMMANDS = {
    "services": "checks.cli.services_and_doctor:services_app",
    "read": "checks.cli.read:read",
    "list": "checks.cli.list_tasks:list_tasks",
    "watch": "checks.cli.watch:watch",
    "next": "checks.cli.next_and_submit:next_day",
    "submit": "checks.cli.next_and_submit:submit",
    "hint": "checks.cli.hint_solution_reset_undo:hint",
    "solution": "checks.cli.hint_solution_reset_undo:solution",
    "debrief": "checks.cli.debrief_and_history:debrief",
    "history": "checks.cli.debrief_and_history:history",
    "reset": "checks.cli.hint_solution_reset_undo:reset",
    "undo": "checks.cli.hint_solution_reset_undo:undo",
    "doctor": "checks.cli.services_and_doctor:doctor",
    "serve": "checks.cli.serve:serve",
    "build": "checks.cli.maintainer:build_command",
    "carry": "checks.cli.maintainer:carry_command",
    "verify": "checks.cli.verify:verify",
    "mutate": "checks.cli.mutate:mutate",
    "grade": "checks.cli.grade:grade",
    "worker": "checks.cli.worker:worker",
    "regrade": "checks.cli.grade:regrade",
    "report": "checks.cli.report:report",
    "handout": "checks.cli.handout:handout",
    "upgrade": "checks.cli.handout:upgrade",
}
"""By command name: its module, and the function or the typer app in it."""
NEED_SOLUTIONS = frozenset(
    {"build", "carry", "verify", "mutate", "grade", "regrade", "worker", "report", "handout"}
)
"""The commands that a learners' copy cannot run: it has no solutions and no catalogue."""


class LazyCommands(TyperGroup):
    """A group that knows these commands by name, and imports each when it is needed.

    `on_load` is called once with each command that was imported.
    """

    on_load: Callable[[Any], None] | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands.update(dict.fromkeys(COMMANDS))  # type: ignore[arg-type]  # see get_command

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, imported now if it is lazy; None for an unknown name."""
        if self.commands.get(cmd_name) is None and cmd_name in COMMANDS:
            self.commands[cmd_name] = _load_command(cmd_name)
            if self.on_load is not None:
                self.on_load(self.commands[cmd_name])
        return super().get_command(ctx, cmd_name)


def _load_command(name: str) -> Any:
    module, _, attribute = COMMANDS[name].partition(":")
    command = getattr(import_module(module), attribute)
    wrapper = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    if isinstance(command, typer.Typer):
        wrapper.add_typer(command, name=name)
    else:
        wrapper.command(name)(command)
    return typer.main.get_group(wrapper).commands[name]
