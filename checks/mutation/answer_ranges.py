"""Where a task's answer stands: the files of its `edit` list that hold regions, and the ranges."""

from collections.abc import Iterator
from pathlib import Path

from checks.course.course import Task
from checks.course.region_lines import LineKind, read_lines
from checks.course.regions import may_hold_regions

Range = tuple[int, int]


def answer_files(solution: Path, task: Task) -> Iterator[tuple[str, str]]:
    """Path and text of each file to edit that has a region of the task, in the list's order."""
    paths = dict.fromkeys(
        path.relative_to(solution).as_posix()
        for pattern in task.edit
        for path in sorted(solution.glob(pattern))
        if path.is_file() and "__pycache__" not in path.parts
    )
    for name in filter(may_hold_regions, paths):
        text = (solution / name).read_text(encoding="utf-8")
        if answer_ranges(text, task.id, name):
            yield name, text


def answer_ranges(text: str, task_id: str, path: str = "the file") -> list[Range]:
    """Offsets of the answer's lines, neighbouring lines together: no marker, no `#|` line."""
    ranges: list[Range] = []
    offset = 0
    for line in read_lines(text, path):
        end = offset + len(line.text)
        if line.task == task_id and line.kind is LineKind.TEXT:
            joins = bool(ranges) and ranges[-1][1] == offset
            begin = ranges.pop()[0] if joins else offset
            ranges.append((begin, end))
        offset = end
    return ranges
