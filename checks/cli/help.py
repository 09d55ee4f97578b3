"""`--help` in the reader's language; the maintainer's commands have English help only."""

import re

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
        if text := getattr(param, "help", None):
            vars(param)["help"] = HELP.get(text, text)
    for subcommand in getattr(command, "commands", {}).values():
        if subcommand is not None:  # a lazy command is translated when it is loaded
            _translate(subcommand)


class _RussianContext(typer.Context):
    """Typer's own words around the texts are translated in the finished page."""

    def get_help(self) -> str:
        text = super().get_help()
        for english, russian in FRAME.items():
            text = re.sub(english, russian, text, flags=re.MULTILINE)
        return text
