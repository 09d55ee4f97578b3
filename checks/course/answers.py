"""The answer to one task, cut out of the solution, and a learner's code against it."""

import difflib
from collections.abc import Iterator
from pathlib import Path

from checks.course import regions
from checks.course.course import Course, Task
from checks.errors import CourseError


def answers(course: Course, task: Task) -> dict[str, str]:
    """Path → the task's regions in the solution, for every file that has one.

    Raises CourseError in a handout that has no solutions.
    """
    folder = course.root / "solutions" / course.task_day(task).folder
    if not folder.is_dir():
        raise CourseError("This handout holds no solutions; ask your instructor")
    found = dict(_regions_of(folder, task))
    if not found:
        raise CourseError(f"Task {task.id} has no marked answer in {folder}")
    return found


def _regions_of(folder: Path, task: Task) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and "__pycache__" not in path.parts and regions.may_hold(name):
            text = path.read_text(encoding="utf-8")
            if task.id in regions.tasks_in(text, name):
                yield name, regions.region_text(text, task.id, name)


def difference(course: Course, task: Task) -> str:
    """A unified diff from the learner's code to the answer, region by region.

    Where the learner has no markers any more, the whole file is compared.
    """
    mine = course.root / "days" / course.task_day(task).folder
    model = course.root / "solutions" / course.task_day(task).folder
    parts = []
    for name, answer in answers(course, task).items():
        whole = (model / name).read_text(encoding="utf-8")
        parts.append(_file_diff(mine / name, name, task, answer, regions.solution(whole, name)))
    return "".join(parts)


def _file_diff(mine: Path, name: str, task: Task, answer: str, whole: str) -> str:
    text = mine.read_text(encoding="utf-8", errors="replace") if mine.is_file() else ""
    try:
        before, after = regions.region_text(text, task.id, name), answer
    except CourseError:
        before, after = text, whole
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        f"yours/{name}",
        f"solution/{name}",
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
