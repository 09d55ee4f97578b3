"""Changes of files that are no Python: a line, a block, a word, a number, a switch.

Dockerfile, Compose, nginx, workflow, shell, TOML and ignore files: their lines hold what counts.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from checks.course.region_lines import split_lines
from checks.mutation.mutant import Edit

_COMMENT = re.compile(r"(^|\s)#.*")
_WORD = re.compile(r"\"[^\"]*\",?|'[^']*',?|[^\s\[\]{}]+")
_NUMBER = re.compile(r"(?<![\w.$-])\d+(?=[smhdkKMmgG]?(?![\w.]))")
_SWITCH = re.compile(r"\b(true|false|yes|no|on|off)\b")
OPPOSITES = {"true": "false", "yes": "no", "on": "off"}
OPPOSITES |= {value: key for key, value in OPPOSITES.items()}
NO_WORDS = frozenset({"\\", "-", "&&", "||", "|", "then", "do", "fi", "done", "=", ";"})


def text_edits(text: str, path: str) -> Iterator[Edit]:
    """Every change of a file's lines, but for comments and blank lines."""
    lines, offset = split_lines(text), 0
    for index, line in enumerate(lines):
        code = _COMMENT.sub("", line.rstrip("\r\n")).rstrip()
        if code.strip():
            yield Edit(offset, offset + len(line), "", "line dropped")
            if length := _block_length(lines, index, path):
                yield Edit(offset, offset + length, "", "block dropped")
            yield from _line_edits(code, offset)
        offset += len(line)


def _line_edits(code: str, offset: int) -> Iterator[Edit]:
    for found in _NUMBER.finditer(code):
        other = str(int(found[0]) + 1)
        yield Edit(offset + found.start(), offset + found.end(), other, "number")
    for found in _SWITCH.finditer(code):
        other = OPPOSITES[found[0]]
        yield Edit(offset + found.start(), offset + found.end(), other, "switch")
    words = [found for found in _WORD.finditer(code) if found[0] not in NO_WORDS]
    for found in words if len(words) > 1 else []:
        end = found.end() + (code[found.end() : found.end() + 1] == " ")
        ending = ";" if found[0].endswith(";") and len(found[0]) > 1 else ""
        start = found.start() - (1 if ending and code[found.start() - 1] == " " else 0)
        yield Edit(offset + start, offset + end, ending, "word dropped")


def _block_length(lines: list[str], index: int, path: str) -> int:
    """The length of a line with the lines that belong to it; 0 when there are none."""
    if PurePosixPath(path).suffix in {".yml", ".yaml"}:
        end = _end_of_deeper_lines(lines, index)
    elif lines[index].rstrip().endswith("{"):
        end = _end_of_braces(lines, index)
    else:
        return 0
    return sum(map(len, lines[index:end])) if end > index + 1 else 0


def _end_of_deeper_lines(lines: list[str], index: int) -> int:
    """YAML: what is indented deeper than a key or an item belongs to it."""
    depth, end = _depth(lines[index]), index + 1
    while end < len(lines) and (not lines[end].strip() or _depth(lines[end]) > depth):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    return end


def _end_of_braces(lines: list[str], index: int) -> int:
    depth = 0
    for end in range(index, len(lines)):
        code = _COMMENT.sub("", lines[end])
        depth += code.count("{") - code.count("}")
        if depth == 0:
            return end + 1
    return index


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
