"""Day 1 of this repository, copied into a folder of the test's own."""

import shutil
from pathlib import Path

import pytest

from checks.course.course import load_course
from checks.tests.support.repository import ROOT

DAY = "day1-architecture"
SOLUTION = ROOT / "solutions" / DAY
STATISTICS = load_course(ROOT, tree="solutions").task("1.2")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A workbook with day 1, as a clone has it."""
    return copy_day_one(tmp_path)


def copy_day_one(root: Path) -> Path:
    """Write day 1's starter and solution below a folder; returns the folder."""
    for tree in ("days", "solutions"):
        copy_tree(ROOT / tree / DAY, root / tree / DAY)
    return root


def copy_tree(source: Path, target: Path) -> None:
    """Copy a day without the bytecode that runs have left in it."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
