"""The answer to one task, cut out of the solution, and its diff to a learner's code."""

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
    texts = dict(_regions_of(folder, task))
    if not texts:
        raise CourseError(f"Task {task.id} has no marked answer in {folder}")
    return texts


def _regions_of(folder: Path, task: Task) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name in task.whole:
            yield name, path.read_text(encoding="utf-8")
        elif path.is_file() and "__pycache__" not in path.parts and regions.may_hold_regions(name):
            text = path.read_text(encoding="utf-8")
            if task.id in regions.tasks_in(text, name):
                yield name, regions.region_text(text, task.id, name)


def difference(course: Course, task: Task) -> str:
    """A unified diff from the learner's code to the answer, region by region.

    A file in which the learner deleted the markers is compared as a whole.
    """
    learner_folder = course.root / "days" / course.task_day(task).folder
    solution_folder = course.root / "solutions" / course.task_day(task).folder
    diffs = []
    for name, answer in answers(course, task).items():
        solution_text = (solution_folder / name).read_text(encoding="utf-8")
        diffs.append(
            _file_diff(
                learner_folder / name, name, task, answer, regions.solution(solution_text, name)
            )
        )
    return "".join(diffs)


def _file_diff(learner_path: Path, name: str, task: Task, answer: str, solution_text: str) -> str:
    text = (
        learner_path.read_text(encoding="utf-8", errors="replace") if learner_path.is_file() else ""
    )
    try:
        before, after = regions.region_text(text, task.id, name), answer
    except CourseError:
        before, after = text, solution_text
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        f"yours/{name}",
        f"solution/{name}",
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
