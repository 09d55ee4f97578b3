"""Copies of day 1's trees, free to be broken, and the verdicts of task 1.2 on them."""

import shutil
from pathlib import Path

import pytest

from checks.course.course import load_course
from checks.results.model import TaskResult
from checks.runner.run import RunRequest, run

ROOT = Path(__file__).parents[3]
COURSE = load_course(ROOT, tree="solutions")
DAY = COURSE.day("1")
TASK = COURSE.task("1.2")
SOLUTION = ROOT / "solutions" / DAY.folder


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    """A copy of the morning's tree, free to be broken."""
    return _copy(ROOT / "days" / DAY.folder, tmp_path)


@pytest.fixture
def solution(tmp_path: Path) -> Path:
    """A copy of the finished tree, free to be broken."""
    return _copy(SOLUTION, tmp_path)


def _copy(source: Path, tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(source, tmp_path / "tree", ignore=ignored))


def judge(tree: Path, *, contained: bool = False) -> TaskResult:
    """The result of task 1.2 on this tree."""
    return run(RunRequest(DAY, (TASK,), SOLUTION, tree, contained)).tasks[0]


def prepend(tree: Path, path: str, text: str) -> None:
    """Write the text before the first line of a file."""
    file = tree / path
    file.write_text(text + file.read_text())
