"""A run of the day before on a later day's folder renews what the board says of it."""

from pathlib import Path

import pytest

from checks.cli.later_day import later_day
from checks.course.course import load_course
from checks.results.model import Results, TaskResult, TestResult, Verdict
from checks.tests.support.two_days import two_days
from checks.workspace.holding import holding_in


@pytest.mark.parametrize(
    ("folder", "leaves_out", "partial", "renews"),
    [
        ("day2-database", 0, False, True),
        ("day2-database", 0, True, False),
        ("day2-database", 1, False, False),
        ("day1-architecture", 0, False, False),
    ],
    ids=["the whole day", "some tests", "some tasks", "its own folder"],
)
def test_only_a_run_of_the_whole_day_before_renews_the_line(
    folder: str, leaves_out: int, partial: bool, renews: bool, tmp_path: Path
) -> None:
    course = load_course(two_days(tmp_path))
    day = course.day("1")
    passed = [
        TaskResult(task.id, task.key, "", 1, (TestResult(task.id, "test", Verdict.PASS),))
        for task in day.required[leaves_out:]
    ]
    later = later_day(course, course.root / "days" / folder)
    assert later is not None

    later.save(day, Results(day.folder, False, tuple(passed), partial=partial), 1.0)

    assert (holding_in(course, course.day("2")) is not None) is renews


def test_another_tree_is_no_day(tmp_path: Path) -> None:
    course = load_course(two_days(tmp_path))

    assert later_day(course, None) is None
    assert later_day(course, tmp_path) is None
