"""Lines broken for a narrow terminal: a sentence at its blanks, a path at its slashes.

A command is never broken here, so that it can be copied: the terminal itself wraps a longer one.
"""

import re
import textwrap

COMMANDS = ("checks ", "cd ")
INDENT = "  "


class _PathWrapper(textwrap.TextWrapper):
    wordsep_simple_re = re.compile(r"(\s+|(?<=[/_]))")


def wrapped(line: str, width: int | None) -> list[str]:
    """The line in lines of this width; a command at its end that does not fit has its own line."""
    if width is None or len(line) <= width:
        return [line]
    sentence, _, command = line.rpartition(": ")
    if command.startswith(COMMANDS):
        return [*_filled(f"{sentence}:", width), f"{INDENT}{command}"]
    return _filled(line, width)


def wrapped_path(path: str, width: int, indent: str) -> list[str]:
    """An indented path; where it does not fit, it is broken after a slash or an underscore."""
    wrapper = _PathWrapper(max(20, width), indent, indent, break_on_hyphens=False)
    return wrapper.wrap(path)


def wrapped_at(text: str, width: int, indent: str) -> list[str]:
    """A paragraph, each line indented."""
    return _filled(text, width, indent, indent)


def _filled(text: str, width: int, first: str = "", following: str = INDENT) -> list[str]:
    return textwrap.wrap(
        text,
        max(20, width),
        initial_indent=first,
        subsequent_indent=following,
        break_on_hyphens=False,
        break_long_words=False,
    )
