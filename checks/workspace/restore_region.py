"""One task's starter put back into a file that other tasks share: every other byte stays.

Markers of the other tasks may be in any state; only the task's own have to be whole.
"""

import re
from collections.abc import Iterator, Sequence

from checks.course.regions import split_lines

_MARKER = re.compile(r"\ufeff?[ \t]*# (region task (?P<task>\S+)|endregion)[ \t]*\r?\n?")
# A marker that a formatter or a hand has bent, or a fold of the learner's own.
_ALMOST = re.compile(r"\s*#+\s*(end[ _-]?)?region\b", re.IGNORECASE)

Span = tuple[int, int]


def put_back(mine: str, starter: str, task_id: str) -> str | None:
    """`mine` with what the starter has between the task's markers; the markers are `mine`'s.

    None where that cannot be told: the starter has no marker of the task, or `mine` has not as
    many, or one of them is not closed before something that looks like the next marker.
    """
    lines, model = split_lines(mine), split_lines(starter)
    there, here = _spans(model, task_id), _spans(lines, task_id)
    if not there or here is None or len(here) != len(there):
        return None
    for (start, end), (first, last) in reversed(list(zip(here, there, strict=True))):
        lines[start + 1 : end] = _ended(model[first + 1 : last], like=lines[start])
    return "".join(lines)


def _spans(lines: Sequence[str], task_id: str) -> list[Span] | None:
    """Where the task's regions begin and end, by line; None when one of them is not whole."""
    found: list[Span] = []
    opened: int | None = None
    for number, task in _marks(lines):
        if opened is not None:
            if task != "":
                return None
            found.append((opened, number))
            opened = None
        elif task == task_id:
            opened = number
    return None if opened is not None else found


def _marks(lines: Sequence[str]) -> Iterator[tuple[int, str | None]]:
    """Each marker's line with its task, "" for an end, None for what is nearly a marker."""
    for number, line in enumerate(lines):
        if match := _MARKER.fullmatch(line):
            yield number, match["task"] or ""
        elif _ALMOST.match(line):
            yield number, None


def _ended(lines: Sequence[str], like: str) -> list[str]:
    ending = "\r\n" if like.endswith("\r\n") else "\n"
    return [line.rstrip("\r\n") + ending for line in lines]
