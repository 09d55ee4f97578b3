"""The options that the page of the commands names, and those of them that do not exist."""

import re
from collections.abc import Iterator, Mapping

_HEADING = re.compile(r"^#{2,3} ", re.MULTILINE)
_COMMAND = re.compile(r"<!-- command: (\S+) -->")
_CODE = re.compile(r"^```\w*\n(?P<block>.*?)^```|`(?P<span>[^`\n]+)`", re.MULTILINE | re.DOTALL)
_OPTION = re.compile(r"(?<![\w-])--?[a-z][\w-]*")
_NAME = "checks"


def unknown_options(page: str, options: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """The heading and the option, for each that its command does not have.

    `options` are those of each command by its words after `checks`. A command line says whose
    option it names; an option that stands by itself is one of a command of its section. Options
    of other programs are not looked at, be it a line of `alembic` or the section of `pytest`.
    """
    for section in _HEADING.split(page):
        own = [name.removeprefix(_NAME) for name in _COMMAND.findall(section)]
        heading = section.partition("\n")[0].partition(" {")[0]
        for line in _code_lines(section):
            known = _known(line, own, options)
            yield from ((heading, each) for each in _OPTION.findall(line) if each not in known)


def _code_lines(section: str) -> Iterator[str]:
    """The lines of code in a section, without comments."""
    for match in _CODE.finditer(section):
        lines = (match["block"] or match["span"]).splitlines()
        yield from (line.partition(" #")[0].strip() for line in lines)


def _known(line: str, own: list[str], options: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The options that the line may name; every option of it for another program's line."""
    words = re.findall(r"[^\s\"'()$|;]+", line)
    if _NAME in words:
        return _options_of_line(words[words.index(_NAME) + 1 :], options)
    if not line.startswith("-") or not own:
        return frozenset(_OPTION.findall(line))
    inner = [name for name in options if name.partition(" ")[0] in own]
    return frozenset().union(*(options[name] for name in inner), options[""])


def _options_of_line(words: list[str], options: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The options of the command that the words begin with, and those of `checks` itself."""
    for count in (2, 1):
        name = " ".join(words[:count])
        if name in options:
            return options[name]
    return options[""]
