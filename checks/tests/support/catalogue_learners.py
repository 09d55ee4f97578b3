"""Learners who have solved a whole day, one task of it by a design of the catalogue."""

import shutil
from pathlib import Path

from checks.course.course import Course, Day, Task, load_course
from checks.course.regions import may_hold_regions, solution
from checks.files import source_files
from checks.results import catalogue
from checks.tests.support.repository import ROOT
from checks.workspace.judged_content import judged_contents
from checks.workspace.state import State, update_state


def two_days_of_the_course(root: Path, number: int) -> Course:
    """A workbook of day N and the next one, with their solutions and nothing done yet."""
    course = load_course(ROOT)
    for day in course.days:
        if day.number in {number, number + 1}:
            for tree in ("solutions", "days"):
                _copy(ROOT / tree / day.folder, root / tree / day.folder)
    return load_course(root)


def solve(course: Course, day: Day, case: catalogue.Case | None = None) -> Path:
    """Make the learner's day the solution, with one case of the catalogue; its folder."""
    target = course.root / "days" / day.folder
    shutil.rmtree(target)
    _copy(course.root / "solutions" / day.folder, target)
    if case is not None:
        catalogue.apply(case, target)
    for path in source_files(target):
        name = path.relative_to(target).as_posix()
        if day.owns(name) and may_hold_regions(name):
            text = path.read_text(encoding="utf-8")
            path.write_text(solution(text, name), encoding="utf-8")
    return target


def pass_tasks(course: Course, tasks: tuple[Task, ...]) -> None:
    """Note that the tasks have passed with the files as they are."""
    contents = judged_contents(course, tasks)

    def change(state: State) -> State:
        for task in tasks:
            state = state.with_verdict(task.key, "pass", content=contents[task.key])
        return state

    update_state(course.root, change)


def alternatives_of(number: int) -> list[catalogue.Case]:
    """Every alternative of the catalogue for a task of the day."""
    tasks = load_course(ROOT).day(str(number)).tasks
    return [case for task in tasks for case in catalogue.cases(task.id, "alternatives")]


def _copy(source: Path, target: Path) -> None:
    """A tree whose tests are the course's own: nothing here writes into them."""
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "exercises")
    shutil.copytree(source, target, ignore=ignored)
    (target / "exercises").symlink_to(source.resolve() / "exercises")
