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
    """A word without its quotes, or an operator; `body` is the here-document that it delimits."""

    text: str
    is_operator: bool
    body: str | None = None


def lines(script: str) -> Iterator[list[Token]]:
    """The tokens of each line; the lines of a here-document are the body of its delimiter."""
    line: list[Token] = []
    position = 0
    while found := TOKEN.match(script, position):
        position = found.end()
        if found.lastgroup == "newline":
            position = _read_bodies(script, position, line)
            yield line
            line = []
        elif found.lastgroup == "operator":
            text = found[0]
            line.append(Token("()" if text[0] == "(" and text[-1] == ")" else text, True))
        elif found.lastgroup == "word":
            line.append(Token(PIECE.sub(_unquoted, found[0]), False))
    if position == len(script):
        yield line


def _read_bodies(script: str, position: int, line: list[Token]) -> int:
    """Give each delimiter of the line its body; where the script goes on after the last one."""
    for number, (operator, delimiter) in enumerate(pairwise(line), start=1):
        if operator.is_operator and operator.text in ("<<", "<<-"):
            tabs = "\t" if operator.text == "<<-" else ""  # `<<-` takes leading tabs away
            body, position = _body(script, position, delimiter.text, tabs)
            line[number] = delimiter._replace(body=body)
    return position


def _body(script: str, position: int, delimiter: str, tabs: str) -> tuple[str, int]:
    found: list[str] = []
    while position < len(script):
        end = script.find("\n", position)
        end = len(script) if end < 0 else end
        text = script[position:end].removesuffix("\r").lstrip(tabs)
        position = min(end + 1, len(script))
        if text == delimiter:
            break
        found.append(text)
    return "\n".join(found), position


def _unquoted(part: re.Match[str]) -> str:
    text = part[0]
    if text[0] == "'":
        return text[1:-1]
    if text[0] == '"':
        return re.sub(r'\\(["\\$`]|\n)', lambda each: each[1].strip("\n"), text[1:-1])
    if text[:2] == "$'":
        return ESCAPES.sub(r"\1", text[2:-1])
    return text[1:].strip("\n") if text[0] == "\\" else text
