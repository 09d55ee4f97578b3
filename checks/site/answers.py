"""One task's answer in the solution, and its diff from the starter."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.course.regions import Segment, may_hold_regions, parse
from checks.files import source_files


@dataclass(frozen=True)
class Answer:
    """One file's share of a task: its path in the day's folder, the code, and the diff."""

    path: str
    code: str
    diff: str


def task_answers(day_folder: Path, task_id: str, whole: Sequence[str] = ()) -> tuple[Answer, ...]:
    """The files of a solution that hold a region of the task, or are `whole`, in a stable order.

    Raises CourseError where the regions of a file are broken.
    """
    answers = []
    for source_path in source_files(day_folder):
        path = source_path.relative_to(day_folder).as_posix()
        if path in whole:
            code = source_path.read_text(encoding="utf-8")
            answers.append(
                Answer(path, code, "".join(f"+{each}" for each in code.splitlines(True)))
            )
        elif may_hold_regions(path):
            segments = parse(source_path.read_text(encoding="utf-8"), path)
            if any(segment.task == task_id for segment in segments):
                answers.append(file_answer(path, segments, task_id))
    return tuple(answers)


def file_answer(path: str, segments: tuple[Segment, ...], task_id: str) -> Answer:
    """The task's part of one file. The diff shows other tasks solved on both sides."""
    regions = [segment for segment in segments if segment.task == task_id]
    before = "".join(_unsolved_text(segment, task_id) for segment in segments)
    after = "".join(segment.answer for segment in segments)
    lines = list(difflib.unified_diff(before.splitlines(True), after.splitlines(True)))
    code = "\n".join(region.answer.rstrip("\n") + "\n" for region in regions if region.answer)
    # The first two lines name the file, as the block's title does.
    return Answer(path, code, "".join(lines[2:]))


def _unsolved_text(segment: Segment, task_id: str) -> str:
    if segment.task != task_id:
        return segment.answer
    # The markers would stand on both sides of the diff: it is shorter without them.
    return "".join(segment.starter.splitlines(keepends=True)[1:-1])
