"""Commands that are imported when they are typed: a run or the board loads none of them.

`checks --help` shows the commands of the learner's loop, on one screen; `checks help` shows all.
"""

from collections.abc import Callable, Sequence
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
    "help": "checks.cli.help_command:help_command",
}
"""By command name: its module, and the function or the typer app in it."""
NEED_SOLUTIONS = frozenset(
    {"build", "carry", "verify", "mutate", "grade", "regrade", "worker", "report", "handout"}
)
"""The commands that a learners' copy cannot run: it has no solutions and no catalogue."""
LOOP = (
    *("read", "watch", "run", "hint", "solution"),
    *("debrief", "undo", "reset", "next", "doctor"),
)
"""The commands of `checks --help`, in the order in which a learner needs them."""
WHOLE = "checks.whole_help"
"""In the context's `meta`: the help page is that of `checks help`."""
LOOP_OPTIONS = frozenset({"lang", "whole", "help"})
FURTHER = ("list", "history", "serve", "services", "submit", "upgrade", "help")
"""The learner's other commands; the rest are a maintainer's or an instructor's."""


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

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """What a learner needs, on one screen; of `checks help` every command and option."""
        whole = ctx.meta.get(WHOLE, False)
        params = self.get_params(ctx)
        shown = [param for param in params if whole or param.name in LOOP_OPTIONS]
        records = (param.get_help_record(ctx) for param in shown)
        _write_rows(formatter, "Options", [record for record in records if record])
        self._write_commands(ctx, formatter, "Commands", LOOP)
        if whole:
            rest = [name for name in self.commands if name not in {*LOOP, *FURTHER}]
            self._write_commands(ctx, formatter, "Further commands", FURTHER)
            self._write_commands(ctx, formatter, "For maintainers and instructors", rest)
        else:
            formatter.write("\nAll commands and options: checks help\n")

    def _write_commands(self, ctx: Any, formatter: Any, title: str, names: Sequence[str]) -> None:
        limit = formatter.width - 6 - max(map(len, names))
        rows = [(name, self.get_command(ctx, name).get_short_help_str(limit)) for name in names]
        _write_rows(formatter, title, rows)


def _write_rows(formatter: Any, title: str, rows: Sequence[tuple[str, str]]) -> None:
    with formatter.section(title):
        formatter.write_dl(rows)


def _load_command(name: str) -> Any:
    module, _, attribute = COMMANDS[name].partition(":")
    command = getattr(import_module(module), attribute)
    wrapper = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    if isinstance(command, typer.Typer):
        wrapper.add_typer(command, name=name)
    else:
        wrapper.command(name)(command)
    return typer.main.get_group(wrapper).commands[name]
