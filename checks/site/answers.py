"""What the source says of one task: its answer, and the diff from the starter, cut to it."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from checks.course.regions import Segment, may_hold, parse
from checks.files import source_files


@dataclass(frozen=True)
class Answer:
    """One file's share of a task: its path in the day's folder, the code, and the diff."""

    path: str
    code: str
    diff: str


def answers(day_folder: Path, task_id: str) -> tuple[Answer, ...]:
    """The files of a solution that hold a region of the task, in a stable order.

    Raises CourseError where the regions of a file are broken.
    """
    found = []
    for file in source_files(day_folder):
        path = file.relative_to(day_folder).as_posix()
        if may_hold(path):
            segments = parse(file.read_text(encoding="utf-8"), path)
            if any(segment.task == task_id for segment in segments):
                found.append(answer(path, segments, task_id))
    return tuple(found)


def answer(path: str, segments: tuple[Segment, ...], task_id: str) -> Answer:
    """The task's part of one file. Other tasks stand solved on both sides of the diff."""
    regions = [segment for segment in segments if segment.task == task_id]
    before = "".join(_before(segment, task_id) for segment in segments)
    after = "".join(segment.answer for segment in segments)
    lines = list(difflib.unified_diff(before.splitlines(True), after.splitlines(True)))
    code = "\n".join(region.answer.rstrip("\n") + "\n" for region in regions if region.answer)
    # The first two lines name the file, which the block's title does already.
    return Answer(path, code, "".join(lines[2:]))


def _before(segment: Segment, task_id: str) -> str:
    if segment.task != task_id:
        return segment.answer
    # The markers are in the starter too, but on both sides: a reader's diff is shorter without.
    return "".join(segment.starter.splitlines(keepends=True)[1:-1])
