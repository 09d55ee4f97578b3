"""A learner's file as a program: untouched regions are replaced by the reference's answer.

A region is found by the lines around it, so a file in which a learner moved, renamed or deleted
lines is read too. Markers that a learner damaged or invented are ordinary text.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from checks.course.region_lines import split_lines
from checks.course.regions import Segment, may_hold_regions, parse, solution, starter, tasks_in
from checks.files import File, git_file

_START = re.compile(r"\ufeff?[ \t]*# region task \S+[ \t]*\r?\n?")
_END = re.compile(r"[ \t]*# endregion[ \t]*\r?\n?")
_MARKER_LIKE = re.compile(
    r"^([^\S\n]*)#(?=#*[^\S\n]*(?:end[ _-]?)?region\b|\|)", re.IGNORECASE | re.MULTILINE
)
_MASK = "#\x02\x03"


@dataclass(frozen=True)
class Attempt:
    """The learner's program of one file: `file` is None when they deleted it.

    `untouched` are the tasks with a region that still had the starter's lines, and now has the
    answer; `touched` are the tasks with a region that the learner wrote.
    """

    file: File | None
    untouched: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()


def read_attempt(
    path: str, finished: File | None, learner: File | None, solved: Collection[str] = ()
) -> Attempt:
    """Read a learner's file against the finished day's file, which has the markers.

    Every region of a `solved` task counts as the learner's, even an unchanged region and a file
    that does not exist. Raises CourseError when the finished file's regions are broken.
    """
    if finished is None or not may_hold_regions(path) or not is_text(finished):
        return Attempt(learner)
    text = finished.data.decode("utf-8")
    starter_text, tasks = starter(text, path), tasks_in(text, path)
    if learner is None and (starter_text is not None or set(tasks) <= set(solved)):
        return Attempt(None, touched=tasks)
    if learner is None:
        return Attempt(_encoded_like(finished, solution(text, path)), untouched=tasks)
    if not is_text(learner):
        return Attempt(learner, touched=tasks)
    return _read_regions(
        parse(text, path) if starter_text is not None else (), finished, learner, tasks, solved
    )


def starter_of(path: str, finished: File | None) -> File | None:
    """The starter that the generator makes of a finished day's file; None where it makes none."""
    if finished is None or not may_hold_regions(path) or not is_text(finished):
        return finished
    text = starter(finished.data.decode("utf-8"), path)
    return None if text is None else _encoded_like(finished, text)


def is_text(file: File) -> bool:
    """Whether the file is text: UTF-8 without a NUL."""
    try:
        return "\0" not in file.data.decode("utf-8")
    except UnicodeDecodeError:
        return False


def mask_markers(file: File | None) -> File | None:
    """The same text without anything that the generator would read as a marker."""
    if file is None or not is_text(file):
        return file
    text = _MARKER_LIKE.sub(rf"\1{_MASK}", file.data.decode("utf-8"))
    return File(text.encode("utf-8"), file.mode)


def unmask_markers(file: File) -> File:
    """The inverse of `mask_markers`."""
    return File(file.data.replace(_MASK.encode(), b"#"), file.mode)


def _encoded_like(finished: File, text: str) -> File:
    return git_file(text.encode("utf-8"), executable=finished.executable)


def _read_regions(
    segments: Sequence[Segment],
    finished: File,
    learner: File,
    tasks: Sequence[str],
    solved: Collection[str],
) -> Attempt:
    text = learner.data.decode("utf-8")
    if b"\r\n" not in finished.data:  # an editor's line endings are no change of the program
        text = text.replace("\r\n", "\n")
    lines = split_lines(text)
    regions = [each for each in _untouched_regions(segments, lines) if each[0].task not in solved]
    for segment, start, end in reversed(regions):
        lines[start : end + 1] = [segment.answer]
    region_ids = [segment.task for segment in segments]
    untouched_ids = [segment.task for segment, _, _ in regions]
    return Attempt(
        _encoded_like(finished, "".join(_without_markers(lines))),
        untouched=tuple(task for task in tasks if task in untouched_ids),
        touched=tuple(
            task
            for task in tasks
            if task not in untouched_ids or untouched_ids.count(task) < region_ids.count(task)
        ),
    )


def _untouched_regions(
    segments: Sequence[Segment], lines: Sequence[str]
) -> Iterator[tuple[Segment, int, int]]:
    """The regions that still have the starter's lines, with their first and last line in `lines`.

    Blank lines do not count: a formatter adds and removes them.
    """
    starter_lines: list[str] = []
    regions: list[tuple[Segment, int, int]] = []
    for segment in segments:
        first = len(starter_lines)
        starter_lines += [line.rstrip() for line in split_lines(segment.starter) if line.strip()]
        if segment.task is not None:
            regions.append((segment, first, len(starter_lines)))
    numbered = [(line.rstrip(), number) for number, line in enumerate(lines) if line.strip()]
    matcher = SequenceMatcher(None, starter_lines, [line for line, _ in numbered], autojunk=False)
    blocks = matcher.get_matching_blocks()
    for segment, first, end in regions:
        for start, offset, size in blocks:
            if start <= first and end <= start + size:
                yield (
                    segment,
                    numbered[first - start + offset][1],
                    numbered[end - 1 - start + offset][1],
                )


def _without_markers(lines: Sequence[str]) -> Iterator[str]:
    inside = False
    for line in lines:
        if _START.fullmatch(line):
            inside = True
        elif inside and _END.fullmatch(line):
            inside = False
        else:
            yield line
