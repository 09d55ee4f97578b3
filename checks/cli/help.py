"""`--help` in the reader's language."""

import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from checks.cli.lazy_commands import LazyCommands
from checks.messages.help_ru import FRAME, HELP


def in_language(command: TyperGroup, lang: str) -> TyperGroup:
    """The same command; with `ru`, each text of its help is translated where possible."""
    if lang == "ru":
        _translate(command)
        if isinstance(command, LazyCommands):
            command.on_load = _translate
    return command


def _translate(command: TyperCommand | TyperGroup) -> None:
    command.help = HELP.get(command.help or "", command.help)
    command.context_class = _RussianContext
    for param in command.params:
        _translate_record(param)
        for field in ("help", "show_default"):
            text = getattr(param, field, None)
            if isinstance(text, str):
                vars(param)[field] = HELP.get(text, text)
    for subcommand in getattr(command, "commands", {}).values():
        if subcommand is not None:  # a lazy command is translated when it is loaded
            _translate(subcommand)


def _translate_record(param: Any) -> None:
    """What typer adds to an option is translated before the page is broken into lines."""
    record = param.get_help_record

    def in_russian(context: typer.Context) -> tuple[str, str] | None:
        english = record(context)
        return english and (english[0], russian_frame(english[1]))

    vars(param)["get_help_record"] = in_russian


class _RussianContext(typer.Context):
    """Typer's own words around the texts are translated in the finished page."""

    def get_help(self) -> str:
        return russian_frame(super().get_help())


def russian_frame(text: str) -> str:
    """A help page, or its line of usage, with typer's own words in Russian."""
    for english, russian in FRAME.items():
        text = re.sub(english, russian, text, flags=re.MULTILINE)
    return text
