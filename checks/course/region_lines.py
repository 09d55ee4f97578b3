"""The lines of a file that may hold answer regions: markers, starter lines, and all others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from checks.errors import CourseError

_START = re.compile(r"\ufeff?[ \t]*# region task (?P<task>\S+)[ \t]*\r?\n?")
_END = re.compile(r"\ufeff?[ \t]*# endregion[ \t]*\r?\n?")
_STARTER = re.compile(r"(?P<indent>\ufeff?[ \t]*)#\|( (?P<code>[^\r\n]*))?(?P<eol>\r?\n?)")
# Nearly a marker: read as a comment it would hand the answer to the learner.
_NEAR_MARKER = re.compile(r"\s*(#+\s*(end[ _-]?)?region\b|#\|)", re.IGNORECASE)


class LineKind(Enum):
    """The role of a line in a region."""

    TEXT = auto()
    START = auto()
    STARTER = auto()
    END = auto()


@dataclass(frozen=True)
class Line:
    """One line with its ending, its number from 1, and the task of the region it stands in."""

    text: str
    kind: LineKind
    number: int
    task: str | None = None


def split_lines(text: str) -> list[str]:
    r"""Lines with their endings. Only `\n` ends one; `str.splitlines` would cut at form feeds."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def read_lines(text: str, path: str) -> Iterator[Line]:
    """Each line with its role. Raises CourseError as `regions.parse` does."""
    opened: Line | None = None
    for number, line in enumerate(split_lines(text), start=1):
        kind = _line_kind(line, f"{path}:{number}")
        _check_place(kind, opened, f"{path}:{number}")
        if kind is LineKind.START and (match := _START.fullmatch(line)):
            opened = Line(line, kind, number, match["task"])
        yield Line(line, kind, number, opened.task if opened else None)
        if kind is LineKind.END:
            opened = None
    if opened:
        where = f"{path}:{opened.number}"
        raise CourseError(f"{where}: the region of task {opened.task} is not closed; "
                          "add `# endregion` after the answer")  # fmt: skip


def _line_kind(line: str, where: str) -> LineKind:
    for pattern, kind in (
        (_START, LineKind.START),
        (_END, LineKind.END),
        (_STARTER, LineKind.STARTER),
    ):
        if pattern.fullmatch(line):
            return kind
    if _NEAR_MARKER.match(line):
        forms = "`# region task 3.1`, `#| starter line` and `# endregion`"
        raise CourseError(f"{where}: {line.strip()!r} is nearly a marker; the forms are {forms}")
    return LineKind.TEXT


def _check_place(kind: LineKind, opened: Line | None, where: str) -> None:
    if opened and kind is LineKind.START:
        reason = f"the region of line {opened.number} is still open"
        raise CourseError(f"{where}: a region cannot begin here, {reason}; close it first")
    if not opened and kind is LineKind.END:
        raise CourseError(f"{where}: `# endregion` closes nothing; add its `# region task` line")
    if not opened and kind is LineKind.STARTER:
        raise CourseError(f"{where}: a `#|` line stands outside a region; move it into one")


def starter_line(line: Line) -> str:
    match = _STARTER.fullmatch(line.text) if line.kind is LineKind.STARTER else None
    if not match:
        return line.text
    code = match["code"] or ""
    return (match["indent"] + code if code.strip() else "") + match["eol"]
