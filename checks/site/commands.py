"""The page of the commands: their usage, options and exit codes come from their definitions.

A directive is a comment on a line of its own in docs/{en,ru}/cli.md:

    <!-- command: services -->    usage, help, arguments and options; `checks` is the board
    <!-- exit-codes -->           what each exit code means

Prose and examples around them are written by hand. A command without a section, and an option
that stands in a section and does not exist, fail the build.
"""

import re
from collections.abc import Sequence
from typing import Any, cast

import typer
import typer.main
from typer.core import TyperCommand, TyperGroup

from checks.cli.exit_codes import MEANINGS
from checks.cli.help import in_language, russian_frame
from checks.cli.main import app
from checks.errors import CourseError
from checks.site import command_words
from checks.site.command_options import unknown_options
from checks.site.markdown import fence

PATH = "cli.md"
ROOT = "checks"

_DIRECTIVE = re.compile(r"<!-- (?:command: (?P<name>\S+)|exit-codes) -->")
_Command = TyperCommand | TyperGroup


def commands_page(text: str, lang: str) -> str:
    """The page with its directives filled in.

    Raises CourseError for a command without a section and for an option that does not exist.
    """
    group = in_language(_root_command(), lang)
    commands = {ROOT: group, **{name: _subcommand(group, name) for name in group.commands}}
    _require_sections(text, tuple(commands), lang)

    def fill(match: re.Match[str]) -> str:
        if match["name"] is None:
            return exit_codes(lang)
        return _described(commands[match["name"]], match["name"], lang)

    return _DIRECTIVE.sub(fill, text)


def exit_codes(lang: str) -> str:
    """The table of the exit codes that all commands share."""
    rows = (f"| {code} | {_cell(text.in_(lang))} |" for code, text in MEANINGS.items())
    return "\n".join([command_words.EXIT_CODES_HEAD.in_(lang), *rows])


def options_of(group: TyperGroup) -> dict[str, frozenset[str]]:
    """The options of each command, by its words after `checks`; "" is `checks` itself."""
    found = {"": _options(group)}
    for name in group.commands:
        command = _subcommand(group, name)
        found[name] = _options(command)
        if isinstance(command, TyperGroup):
            inner = ((each, _subcommand(command, each)) for each in command.commands)
            found |= {f"{name} {each}": _options(subcommand) for each, subcommand in inner}
    return found


def _require_sections(text: str, names: Sequence[str], lang: str) -> None:
    """Each command is described once, and no option is named that it does not have."""
    page = f"docs/{lang}/{PATH}"
    described = [match["name"] for match in _DIRECTIVE.finditer(text) if match["name"]]
    for name in names:
        if described.count(name) != 1:
            times = described.count(name)
            remedy = f"write `<!-- command: {name} -->` below its heading, once"
            raise CourseError(f"{page} describes the command {name} {times} times; {remedy}")
    for name in described:
        if name not in names:
            raise CourseError(f"{page}: there is no command {name}; take its directive out")
    for name, option in unknown_options(text, options_of(_root_command())):
        problem = f"{page}, section {name}: there is no option {option}"
        raise CourseError(f"{problem}; name one that `--help` of that command shows")


def _described(command: _Command, name: str, lang: str) -> str:
    """Usage, help and the table of parameters; of a group, a table of its commands."""
    path = ROOT if name == ROOT else f"{ROOT} {name}"
    context = typer.Context(command, info_name=path)
    usage = f"Usage: {' '.join([path, *command.collect_usage_pieces(context)])}"
    usage = (russian_frame(usage) if lang == "ru" else usage).partition(": ")[2]
    parts = [fence(usage, "text"), _prose(command.help or "")]
    if isinstance(command, TyperGroup) and name != ROOT:
        rows = (_subcommand_row(command, path, each) for each in command.commands)
        parts.append("\n".join([command_words.SUBCOMMANDS_HEAD.in_(lang), *rows]))
    rows_of_parameters = [_row(param, context, lang) for param in command.params]
    if rows_of_parameters:
        parts.append("\n".join([command_words.OPTIONS_HEAD.in_(lang), *rows_of_parameters]))
    return "\n\n".join(parts)


def _row(param: Any, context: typer.Context, lang: str) -> str:
    """One argument or option: how it is written, its help, its default."""
    name = re.sub(r"list\[(\w+)\]|(\w+) range", r"\1\2", param.get_help_record(context)[0])
    meaning = _prose(param.help or "")
    if param.envvar:
        meaning += f" {command_words.VARIABLE.in_(lang)} `{param.envvar}`."
    return f"| `{_cell(name)}` | {_cell(meaning)} | {_default(param, lang)} |"


def _default(param: Any, lang: str) -> str:
    """The default as it is typed; what is said in its place; empty where there is none."""
    if param.required:
        return command_words.REQUIRED.in_(lang)
    if isinstance(param.show_default, str):
        return param.show_default
    if isinstance(param.default, bool):
        pair = (param.opts if param.default else param.secondary_opts)[:1]
        return f"`{pair[0]}`" if param.secondary_opts else ""
    if param.default in {None, ""}:
        return ""
    return f"`{getattr(param.default, 'value', param.default)}`"


def _subcommand_row(group: TyperGroup, path: str, name: str) -> str:
    command = _subcommand(group, name)
    options = " ".join(f"`{option}`" for param in command.params for option in param.opts)
    return f"| `{path} {name}` | {_cell(_prose(command.help or ''))} | {options} |"


def _options(command: _Command) -> frozenset[str]:
    names = (name for each in command.params for name in (*each.opts, *each.secondary_opts))
    return frozenset(name for name in names if name.startswith("-")) | {"--help"}


def _root_command() -> TyperGroup:
    """A command of its own: translating its help changes it."""
    return cast("TyperGroup", typer.main.get_command(app))


def _subcommand(group: TyperGroup, name: str) -> _Command:
    return cast("_Command", group.get_command(typer.Context(group), name))


def _prose(text: str) -> str:
    """A help text as Markdown: commands and addresses in it are code."""
    return re.sub(r'(?<![`\w])((?:eval|export) \S*"\S+.*?"|--[a-z]+|\w+://\S+[\w/])', r"`\1`", text)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
