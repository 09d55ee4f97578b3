"""What a learner did in one file, with the answer put in where the starter's lines still stand.

A region is found by the lines around it, so a file in which a learner moved, renamed or deleted
things is read too. Markers that a learner broke or made up are text like any other.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from checks.course.regions import Segment, may_hold, parse, solution, split_lines, starter, tasks_in
from checks.files import File, plain

_START = re.compile(r"\ufeff?[ \t]*# region task \S+[ \t]*\r?\n?")
_END = re.compile(r"[ \t]*# endregion[ \t]*\r?\n?")
_LIKE_A_MARKER = re.compile(
    r"^([^\S\n]*)#(?=#*[^\S\n]*(?:end[ _-]?)?region\b|\|)", re.IGNORECASE | re.MULTILINE
)
_MASK = "#\x02\x03"


@dataclass(frozen=True)
class Attempt:
    """The learner's program of one file: `file` is None when they deleted it.

    `untouched` are the tasks with a region where the answer was put in, since the starter's lines
    still stood there; `touched` are those with a region that is the learner's.
    """

    file: File | None
    untouched: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()


def attempt(
    path: str, finished: File | None, mine: File | None, solved: Collection[str] = ()
) -> Attempt:
    """Read a learner's file against the finished day's, which has its markers.

    Of a task that is `solved` every region is the learner's, also one that they had no need to
    change and a file that they had no need to make. Raises CourseError when the finished file's
    regions are broken.
    """
    if finished is None or not may_hold(path) or not is_text(finished):
        return Attempt(mine)
    text = finished.data.decode("utf-8")
    begun, tasks = starter(text, path), tasks_in(text, path)
    if mine is None and (begun is not None or set(tasks) <= set(solved)):
        return Attempt(None, touched=tasks)
    if mine is None:
        return Attempt(_like(finished, solution(text, path)), untouched=tasks)
    if not is_text(mine):
        return Attempt(mine, touched=tasks)
    return _read(parse(text, path) if begun is not None else (), finished, mine, tasks, solved)


def starter_of(path: str, finished: File | None) -> File | None:
    """What the generator makes of a finished day's file; None where it makes none."""
    if finished is None or not may_hold(path) or not is_text(finished):
        return finished
    text = starter(finished.data.decode("utf-8"), path)
    return None if text is None else _like(finished, text)


def is_text(file: File) -> bool:
    """Whether lines can be told: UTF-8 without a NUL."""
    try:
        return "\0" not in file.data.decode("utf-8")
    except UnicodeDecodeError:
        return False


def masked(file: File | None) -> File | None:
    """The same text with nothing in it that the generator would take for a marker."""
    if file is None or not is_text(file):
        return file
    text = _LIKE_A_MARKER.sub(rf"\1{_MASK}", file.data.decode("utf-8"))
    return File(text.encode("utf-8"), file.mode)


def unmasked(file: File) -> File:
    """What `masked` hid, shown again."""
    return File(file.data.replace(_MASK.encode(), b"#"), file.mode)


def _like(finished: File, text: str) -> File:
    return plain(text.encode("utf-8"), executable=finished.executable)


def _read(
    segments: Sequence[Segment],
    finished: File,
    mine: File,
    tasks: Sequence[str],
    solved: Collection[str],
) -> Attempt:
    text = mine.data.decode("utf-8")
    if b"\r\n" not in finished.data:  # an editor's line endings are no change of the program
        text = text.replace("\r\n", "\n")
    lines = split_lines(text)
    same = [place for place in _untouched(segments, lines) if place[0].task not in solved]
    for segment, start, end in reversed(same):
        lines[start : end + 1] = [segment.answer]
    regions = [segment.task for segment in segments]
    kept = [segment.task for segment, _, _ in same]
    return Attempt(
        _like(finished, "".join(_without_markers(lines))),
        untouched=tuple(task for task in tasks if task in kept),
        touched=tuple(
            task for task in tasks if task not in kept or kept.count(task) < regions.count(task)
        ),
    )


def _untouched(
    segments: Sequence[Segment], lines: Sequence[str]
) -> Iterator[tuple[Segment, int, int]]:
    """The regions that are the starter's still, with their first and last line in `lines`.

    Blank lines do not count: a formatter adds and removes them.
    """
    begun: list[str] = []
    places: list[tuple[Segment, int, int]] = []
    for segment in segments:
        first = len(begun)
        begun += [line.rstrip() for line in split_lines(segment.starter) if line.strip()]
        if segment.task is not None:
            places.append((segment, first, len(begun)))
    mine = [(line.rstrip(), number) for number, line in enumerate(lines) if line.strip()]
    matcher = SequenceMatcher(None, begun, [line for line, _ in mine], autojunk=False)
    blocks = matcher.get_matching_blocks()
    for segment, first, end in places:
        for at, there, size in blocks:
            if at <= first and end <= at + size:
                yield segment, mine[first - at + there][1], mine[end - 1 - at + there][1]


def _without_markers(lines: Sequence[str]) -> Iterator[str]:
    inside = False
    for line in lines:
        if _START.fullmatch(line):
            inside = True
        elif inside and _END.fullmatch(line):
            inside = False
        else:
            yield line
