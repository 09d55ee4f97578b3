"""One task's answer in the solution: its files as they are in the end, and the diff of each."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.course.regions import Segment, may_hold_regions, parse
from checks.files import source_files


@dataclass(frozen=True)
class Answer:
    """One file's share of a task: its path in the day's folder, the finished file, and the diff.

    `lines` are the first and the last line of each part that the task answers, from 1. They are
    empty where the task answers the whole file.
    """

    path: str
    text: str
    diff: str
    lines: tuple[tuple[int, int], ...] = ()


def task_answers(day_folder: Path, task_id: str, whole: Sequence[str] = ()) -> tuple[Answer, ...]:
    """The files of a solution that hold a region of the task, or are `whole`, in a stable order.

    Raises CourseError where the regions of a file are broken.
    """
    answers = []
    for source_path in source_files(day_folder):
        path = source_path.relative_to(day_folder).as_posix()
        if path in whole:
            text = source_path.read_text(encoding="utf-8")
            answers.append(
                Answer(path, text, "".join(f"+{each}" for each in text.splitlines(True)))
            )
        elif may_hold_regions(path):
            segments = parse(source_path.read_text(encoding="utf-8"), path)
            if any(segment.task == task_id for segment in segments):
                answers.append(file_answer(path, segments, task_id))
    return tuple(answers)


def file_answer(path: str, segments: tuple[Segment, ...], task_id: str) -> Answer:
    """One file. Other tasks stand solved in it, and on both sides of the diff."""
    before = "".join(_unsolved_text(segment, task_id) for segment in segments)
    after = "".join(segment.answer for segment in segments)
    diff = list(difflib.unified_diff(before.splitlines(True), after.splitlines(True)))
    lines = tuple(_answered_lines(segments, task_id))
    is_whole = not any(segment.answer.strip() for segment in segments if segment.task != task_id)
    # The first two lines name the file, as the block's title does.
    return Answer(path, after, "".join(diff[2:]), () if is_whole else lines)


def _answered_lines(segments: Sequence[Segment], task_id: str) -> Iterator[tuple[int, int]]:
    """The first and the last line of each region of the task, without blank lines around it."""
    done = 0
    for segment in segments:
        lines = segment.answer.splitlines()
        filled = [done + number for number, line in enumerate(lines, start=1) if line.strip()]
        done += len(lines)
        if segment.task == task_id and filled:
            yield filled[0], filled[-1]


def _unsolved_text(segment: Segment, task_id: str) -> str:
    if segment.task != task_id:
        return segment.answer
    # The markers would stand on both sides of the diff: it is shorter without them.
    return "".join(segment.starter.splitlines(keepends=True)[1:-1])
