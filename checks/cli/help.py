"""`--help` in the reader's language; the maintainer's commands explain themselves in English."""

import re

import typer
from typer.core import TyperCommand, TyperGroup

from checks.cli.lazy_commands import LazyCommands
from checks.messages.help_ru import FRAME, HELP


def in_language(command: TyperGroup, lang: str) -> TyperGroup:
    """The same command, with every text of its help that has one in Russian."""
    if lang == "ru":
        _translate(command)
        if isinstance(command, LazyCommands):
            command.loaded = _translate
    return command


def _translate(command: TyperCommand | TyperGroup) -> None:
    command.help = HELP.get(command.help or "", command.help)
    command.context_class = _RussianContext
    for param in command.params:
        if text := getattr(param, "help", None):
            vars(param)["help"] = HELP.get(text, text)
    for each in getattr(command, "commands", {}).values():
        if each is not None:  # a late one is translated when it is there
            _translate(each)


class _RussianContext(typer.Context):
    """What typer itself writes around the texts is translated where it is shown."""

    def get_help(self) -> str:
        text = super().get_help()
        for english, russian in FRAME.items():
            text = re.sub(english, russian, text, flags=re.MULTILINE)
        return text
