"""A workbook with two days to hand in, and what is packed of it."""

from pathlib import Path

import pytest

from checks.authoring.build import build
from checks.course.course import load_course
from checks.submission.bundle import Bundle
from checks.submission.collect import collect
from checks.tests.support.workbook import solution

DAY = "days/day1-architecture"
MAIN = f"{DAY}/app/main.py"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    tests = {"exercises/test_x.py": "one", "exercises/x.md": "text"}
    solution(tmp_path, 1, {"app/main.py": "x = 1\n", "app/run.sh": "#!", "README.md": "", **tests})
    solution(tmp_path, 2, {"app/main.py": "x = 2\n", "exercises/test_y.py": "two"})
    (tmp_path / "solutions/day1-architecture/app/run.sh").chmod(0o755)
    build(tmp_path)
    return tmp_path


def collected(root: Path) -> Bundle:
    return collect(load_course(root))[0]
