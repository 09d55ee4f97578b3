"""A handful of carried days with real services: the earlier day's tests pass on the new day.

Those of the migrations ask `alembic check`, each step up and down, and what PostgreSQL then has.
"""

from pathlib import Path

import pytest

from checks.advance.advance import Choices, plan_carry, write_plan
from checks.course.course import load_course
from checks.runner.run import run, run_request
from checks.tests.support.catalogue_learners import (
    alternatives_of,
    pass_tasks,
    solve,
    two_days_of_the_course,
)
from checks.tests.support.repository import ROOT

MIGRATIONS = ("2.3", "2.4")
LEARNERS = [
    ("2.2/alternatives/returning", ("2.2",)),
    ("2.3/alternatives/key-the-other-way", MIGRATIONS),
    ("2.4/alternatives/other-names-more-columns", MIGRATIONS),
]


def with_drawn_ids(versions: Path) -> None:
    """The revisions as `alembic revision` would have named them."""
    ids = {"0002": "7f3c01ab92de", "0003": "c0ffee123456"}
    for path in sorted(versions.glob("000[23]_*.py")):
        text = path.read_text()
        for number, drawn in ids.items():
            text = text.replace(f'"{number}"', f'"{drawn}"')
        path.with_name(f"{ids[path.name[:4]]}_mine.py").write_text(text)
        path.unlink()


@pytest.mark.parametrize(("case_id", "tasks"), LEARNERS)
def test_the_earlier_days_tests_pass_on_the_new_day(
    tmp_path: Path, case_id: str, tasks: tuple[str, ...]
) -> None:
    course = two_days_of_the_course(tmp_path, 2)
    day, next_day = course.day("2"), course.day("3")
    case = next(each for each in alternatives_of(2) if each.id == case_id)
    with_drawn_ids(solve(course, day, case) / "migrations/versions")
    pass_tasks(course, day.tasks)
    write_plan(course, plan_carry(course, day, next_day, Choices()))

    whole = load_course(ROOT)
    asked = [whole.task(task) for task in tasks]
    results = run(run_request(whole, day, asked, tmp_path / "days" / next_day.folder))

    failed = [test for task in results.tasks for test in task.tests if test.verdict != "pass"]
    assert [(test.name, test.cause) for test in failed] == []
