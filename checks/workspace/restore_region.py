"""One task's starter restored in a file that other tasks share: every other byte stays.

The other tasks' markers may be damaged; only the task's own markers have to be whole.
"""

import re
from collections.abc import Iterator, Sequence

from checks.course.region_lines import split_lines

_MARKER = re.compile(r"\ufeff?[ \t]*# (region task (?P<task>\S+)|endregion)[ \t]*\r?\n?")
# A marker that a formatter or the learner has changed, or an editor's fold.
_NEAR_MARKER = re.compile(r"\s*#+\s*(end[ _-]?)?region\b", re.IGNORECASE)

Span = tuple[int, int]


def restore_regions(learner: str, starter: str, task_id: str) -> str | None:
    """`learner` with what the starter has between the task's markers; the markers are `learner`'s.

    None where the regions cannot be matched: the starter has no marker of the task, or `learner`
    has not as many, or a region is not closed before what looks like the next marker.
    """
    lines, starter_lines = split_lines(learner), split_lines(starter)
    starter_spans, spans = _region_spans(starter_lines, task_id), _region_spans(lines, task_id)
    if not starter_spans or spans is None or len(spans) != len(starter_spans):
        return None
    for (start, end), (first, last) in reversed(list(zip(spans, starter_spans, strict=True))):
        lines[start + 1 : end] = _with_line_ending_of(
            starter_lines[first + 1 : last], example=lines[start]
        )
    return "".join(lines)


def _region_spans(lines: Sequence[str], task_id: str) -> list[Span] | None:
    """The first and last line of each region of the task; None when a region is not whole."""
    spans: list[Span] = []
    start: int | None = None
    for number, task in _markers(lines):
        if start is not None:
            if task != "":
                return None
            spans.append((start, number))
            start = None
        elif task == task_id:
            start = number
    return None if start is not None else spans


def _markers(lines: Sequence[str]) -> Iterator[tuple[int, str | None]]:
    """Each marker's line with its task, "" for an end, None for a near marker."""
    for number, line in enumerate(lines):
        if match := _MARKER.fullmatch(line):
            yield number, match["task"] or ""
        elif _NEAR_MARKER.match(line):
            yield number, None


def _with_line_ending_of(lines: Sequence[str], example: str) -> list[str]:
    ending = "\r\n" if example.endswith("\r\n") else "\n"
    return [line.rstrip("\r\n") + ending for line in lines]
