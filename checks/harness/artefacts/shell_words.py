"""The lines of a shell script as words and operators, read once from its start to its end.

Quotes, comments, continued lines and here-documents are those of the bash manual, "Shell Syntax"
and "Here Documents". What follows an open quote is left out: no shell could parse it.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

# A part of a word. What cannot fit is not tried again: the time grows with the script's length.
PART = r"""
    \\[\s\S]
  | \$'(?:\\[\s\S]|[^'\\])*+'
  | '[^']*+'
  | "(?:\\[\s\S]|[^"\\])*+"
  | \$\{\{[^\n}]{0,500}\}\}
  | \$\(\([^()\n]*+\)\)
  | \$\([^()\n]*+\)
  | `[^`\n]*+`
  | [^\s'"\\();<>|&]
"""
TOKEN = re.compile(
    rf"""
    (?P<blank>(?:[^\S\n]|\\\r?\n)++)
  | (?P<comment>\#[^\n]*+)
  | (?P<newline>\n)
  | (?P<operator>&&|\|\||;;|\|&|&>>?|>&|<&|>>|>\||<<<|<<-?|\([^\S\n]*\)|[();<>|&])
  | (?P<word>(?:{PART})++)
    """,
    re.VERBOSE,
)
ESCAPES = re.compile(r"\\([\s\S])")
PIECE = re.compile(PART, re.VERBOSE)


class Token(NamedTuple):
    """A word without its quotes, or an operator."""

    text: str
    is_operator: bool


def lines(script: str) -> Iterator[list[Token]]:
    """The tokens of each line, without the lines of here-documents."""
    line: list[Token] = []
    position = 0
    while found := TOKEN.match(script, position):
        position = found.end()
        if found.lastgroup == "newline":
            yield line
            position = _after_bodies(script, position, line)
            line = []
        elif found.lastgroup == "operator":
            text = found[0]
            line.append(Token("()" if text[0] == "(" and text[-1] == ")" else text, True))
        elif found.lastgroup == "word":
            line.append(Token(PIECE.sub(_unquoted, found[0]), False))
    if position == len(script):
        yield line


def _after_bodies(script: str, position: int, line: list[Token]) -> int:
    """Where the script goes on after the line's here-documents; `<<-` takes leading tabs away."""
    for operator, delimiter in pairwise(line):
        if not operator.is_operator or operator.text not in ("<<", "<<-"):
            continue
        while position < len(script):
            end = script.find("\n", position)
            end = len(script) if end < 0 else end
            text = script[position:end].removesuffix("\r")
            position = min(end + 1, len(script))
            if (text.lstrip("\t") if operator.text == "<<-" else text) == delimiter.text:
                break
    return position


def _unquoted(part: re.Match[str]) -> str:
    text = part[0]
    if text[0] == "'":
        return text[1:-1]
    if text[0] == '"':
        return re.sub(r'\\(["\\$`]|\n)', lambda each: each[1].strip("\n"), text[1:-1])
    if text[:2] == "$'":
        return ESCAPES.sub(r"\1", text[2:-1])
    return text[1:].strip("\n") if text[0] == "\\" else text
