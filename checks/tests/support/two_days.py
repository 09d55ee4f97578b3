"""A workbook of two days with one program, and a learner who has worked in the first."""

from pathlib import Path

from checks.advance.advance import Choices, Plan, plan_carry, write_plan
from checks.authoring.build import build
from checks.course.course import Course, load_course
from checks.tests.support.workbook import change, day_toml, solution, task_toml, text
from checks.workspace.state import update_state

ONE = """import os

# region task 1.1
#| from lib import old
from lib import new

# endregion
import sys


def first():
    # region task 1.2
    #| return None
    return 1
    # endregion


def last():
    return os, sys
"""
TWO = """import os
from lib import new
import sys


def first():
    return 1


def added():
    # region task 2.1
    #| return None
    return 2
    # endregion


def last():
    return os, sys
"""
MINE = "days/day1-architecture/app/main.py"
NEXT = "days/day2-database/app/main.py"
SOLVED = ("return None", "return one()")


def two_days(root: Path) -> Path:
    """Day 1 with two tasks in one file; day 2 adds a function to it and has migrations."""
    both = [task_toml("1.1", "one"), task_toml("1.2", "two")]
    same = {"app/same.py": "same = 1\n", "app/page.html": "<p>\n"}
    own = {"day.toml": owning_migrations(1, *both), **same}
    solution(root, 1, {**own, "app/main.py": ONE, "migrations/versions/0001.py": "first\n"})
    two = {"app/main.py": TWO, **same, "app/new.py": "new = 1\n"}
    versions = {f"migrations/versions/000{n}.py": f"{n}\n" for n in (2, 3)}
    first = {"migrations/versions/0001.py": "first\n", "day.toml": owning_migrations(2)}
    solution(root, 2, {**two, **versions, **first})
    build(root)
    return root


def owning_migrations(number: int, *tasks: str) -> str:
    return day_toml(number, *tasks).replace('["app/**"]', '["app/**", "migrations/**"]')


def edit(root: Path, *changes: tuple[str, str], path: str = MINE) -> None:
    """Replace texts in a file of the workbook; each must be there."""
    now = text(root, path)
    for old, new in changes:
        assert old in now
        now = now.replace(old, new)
    change(root, now, path)


def tear(root: Path) -> None:
    """Learner and day 2 change the same line."""
    edit(root, ("return os, sys", "return theirs"), path="solutions/day2-database/app/main.py")
    build(root)
    edit(root, ("return os, sys", "return mine"))


def pass_task(root: Path, key: str) -> None:
    update_state(root, lambda state: state.with_verdict(key, "pass"))


def planned(root: Path, **chosen: str) -> tuple[Course, Plan]:
    """The plan, with one file by the name of its choice."""
    course = load_course(root)
    choices = Choices(**{name: frozenset({path} - {""}) for name, path in chosen.items()})
    return course, plan_carry(course, course.day("1"), course.day("2"), choices)


def carry(root: Path, **chosen: str) -> Plan:
    course, plan = planned(root, **chosen)
    if plan.changes:
        write_plan(course, plan)
    return plan


def outcomes(plan: Plan) -> dict[str, str]:
    return {row.path: str(row.outcome) for row in plan.rows}
