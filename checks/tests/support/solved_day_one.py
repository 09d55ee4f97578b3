"""Day 1 with its answers in the learner's files, and every task known to pass."""

import shutil
from pathlib import Path

import pytest

from checks.course.course import Course, load_course
from checks.results.model import Results, TaskResult, TestResult, Verdict
from checks.tests.support.day_one import copy_day_one
from checks.workspace import progress, reset
from checks.workspace.state import load_state

DAY = "days/day1-architecture"
SERVICE, TASKS = f"{DAY}/app/services/event_service.py", f"{DAY}/app/crud/task.py"
IDS = ("1.1", "1.2", "1.3", "1.4")


@pytest.fixture(scope="module")
def unsolved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with day 1 as a clone has it."""
    root = copy_day_one(tmp_path_factory.mktemp("workbook"))
    course = load_course(root)
    for task in course.tasks:
        reset.reset_task(course, task)  # the checkout that the tests run in may be solved
    shutil.rmtree(root / ".checks", ignore_errors=True)
    return root


@pytest.fixture
def course(unsolved: Path, tmp_path: Path) -> Course:
    """The same with day 1's answers in the learner's files, and every task known to pass."""
    root = tmp_path / "workbook"
    shutil.copytree(unsolved, root)
    for path in (root / DAY / "app").rglob("*"):
        answer = root / "solutions" / path.relative_to(root / "days")
        if path.is_file() and answer.is_file():
            path.write_bytes(_without_starter(answer.read_bytes()))
    loaded = load_course(root)
    solved(loaded)
    return loaded


def solved(course: Course) -> None:
    """Every task is known to pass."""
    results = tuple(
        TaskResult(t.id, t.key, "", 1, (TestResult(t.id, "test_x", Verdict.PASS),))
        for t in course.tasks
    )
    progress.save_verdicts(course, [Results("day1-architecture", contained=False, tasks=results)])


def known_tasks(course: Course) -> set[str]:
    """The tasks whose verdict is known."""
    state = load_state(course.root)
    return {task.id for task in course.tasks if state.task(task.key).verdict}


def _without_starter(answer: bytes) -> bytes:
    lines = answer.splitlines(True)
    return b"".join(line for line in lines if not line.lstrip().startswith(b"#|"))


def change(course: Course, path: str, before: str, after: str) -> None:
    """Replace the first such text in a file of the workbook; it must be there."""
    file = course.root / path
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after, 1))
