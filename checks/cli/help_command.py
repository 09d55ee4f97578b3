"""`checks help`: every command and option, or one command's page."""

from typing import Annotated, cast

import typer
from typer.core import TyperGroup

from checks.cli.lazy_commands import WHOLE

Lang = Annotated[str, typer.Option("--lang", envvar="EVENTURE_LANG", help="en or ru.")]


def help_command(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[COMMAND]", help="Only the page of this one: run."),
    ] = None,
    lang: Lang = "en",  # noqa: ARG001 - the language is known before a command runs
) -> None:
    """Every command and option. With a command's name, the page of that one."""
    root = cast("typer.Context", context.parent)
    if words:
        group = cast("TyperGroup", root.command)
        group.main([*words, "--help"], prog_name="checks", standalone_mode=False)
    else:
        root.meta[WHOLE] = True
        print(root.get_help())
