"""The learner's Python and TOML, parsed on the trusted side; what a parser raises fails the test.

A parser may run out of stack or of memory on a file of a few lines. That is a property of the file
and no fault of the checker, so it is a failure with a file and a line like any other.
"""

import ast
import re
import tomllib
from collections.abc import Callable
from typing import Any, TypeVar

MAX_DEPTH = 200
"""Of a syntax tree: what walks over it may recurse, with several frames a level."""
LINE = re.compile(r"\bline +(\d+)")
# tomllib needs memory for every pair of parts of a dotted key: 32 GB for 64 KiB of them.
LONG_KEY = re.compile(
    r"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}""", re.ASCII
)
OPENING, CLOSING = re.compile(rb"[(\[{]"), re.compile(rb"[)\]}]")
T = TypeVar("T")


class TooDeep(Exception):
    """A file is nested more deeply than anybody writes it."""

    def __init__(self, lineno: int) -> None:
        super().__init__("it is nested too deeply")
        self.lineno = lineno


def parse(name: str, language: str, data: bytes, parser: Callable[[], T]) -> T:
    """What the parser makes of a learner's file.

    Whatever it raises becomes an AssertionError that names the file and the line.
    """
    try:
        return parser()
    except AssertionError:
        raise
    except (RecursionError, MemoryError):
        reason, line = str(TooDeep(1)), _deepest_line(data)
    except Exception as error:  # noqa: BLE001 - a parser raises what it likes
        words = getattr(error, "msg", None) or getattr(error, "problem", None) or error
        reason = " ".join(str(words).split())[:300]
        line = _line_of(error, data)
    raise AssertionError(f"{name}:{line} is {language} ({reason})")


def parse_python(name: str, data: bytes) -> ast.Module:
    """The syntax tree; the encoding is the one that the file declares, as for Python itself."""
    return parse(name, "Python", data, lambda: shallow(ast.parse(data, name)))


def parse_toml(name: str, data: bytes) -> dict[str, Any]:
    """The document, without a byte order mark before it."""
    return parse(name, "TOML", data, lambda: _load_toml(data.decode("utf-8-sig")))


def shallow(module: ast.Module) -> ast.Module:
    """The same tree. Raises TooDeep."""
    level: list[ast.AST] = [module]
    for _ in range(MAX_DEPTH):
        below = [child for node in level for child in ast.iter_child_nodes(node)]
        if not below:
            return module
        level = below
    raise TooDeep(min((node.lineno for node in level if hasattr(node, "lineno")), default=1))


def _load_toml(text: str) -> dict[str, Any]:
    if match := LONG_KEY.search(text):
        raise TooDeep(text.count("\n", 0, match.start()) + 1)
    return tomllib.loads(text)


def _line_of(error: Exception, data: bytes) -> int:
    """The line that the parser stopped at; 1 where it does not tell."""
    if isinstance(error, UnicodeDecodeError):
        return data.count(b"\n", 0, error.start) + 1
    if isinstance(position := getattr(error, "position", None), int):  # PyYAML's reader
        return data.count(b"\n", 0, position) + 1
    mark = getattr(error, "problem_mark", None)  # PyYAML's parser
    line = getattr(error, "lineno", None) or (mark.line + 1 if mark else None)
    if line is None and (match := LINE.search(str(error))):
        line = int(match[1])
    return line or 1


def _deepest_line(data: bytes) -> int:
    """The line in which the most brackets are open; the longest line where hardly any are."""
    lines = data.split(b"\n")
    depth = deepest = found = 0
    for number, line in enumerate(lines):
        depth += len(OPENING.findall(line))
        if depth > deepest:
            deepest, found = depth, number
        depth -= len(CLOSING.findall(line))
    if deepest < MAX_DEPTH:
        found = max(range(len(lines)), key=lambda number: len(lines[number]))
    return found + 1
