"""Which of the earlier day's tasks hold in the new day, and whether that is still so."""

from pathlib import Path

import pytest

from checks.course.course import Course, load_course
from checks.results.model import Results, TaskResult, TestResult, Verdict
from checks.terminal.holding_line import holding_line
from checks.tests.support.two_days import two_days
from checks.tests.support.workbook import change
from checks.workspace.holding import PATH, content_of, holding_in, save_holding


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(two_days(tmp_path))


def save(course: Course, *verdicts: Verdict) -> None:
    tasks = [
        TaskResult(f"1.{number}", "key", "", 1, (TestResult(f"1.{number}", "test", verdict),))
        for number, verdict in enumerate(verdicts, 1)
    ]
    days = course.day("1"), course.day("2")
    results = Results("day1", False, tuple(tasks))
    save_holding(course, *days, results, content_of(course, days[1]), 3.2)


def line(course: Course, lang: str = "en") -> str:
    holding = holding_in(course, course.day("2"))
    return holding_line(holding, lang) if holding else ""


def test_one_line_says_what_holds_and_what_does_not(course: Course) -> None:
    save(course, Verdict.PASS, Verdict.FAIL)

    command = "checks run day1 --tree days/day2-database"
    assert line(course) == f"day1 in day2: holding 1.1; not holding 1.2: {command}"
    assert line(course, "ru") == f"day1 в day2: проходят 1.1; не проходят 1.2: {command}"


def test_a_change_since_is_told(course: Course) -> None:
    save(course, Verdict.PASS, Verdict.PASS)
    assert line(course) == "day1 in day2: holding 1.1, 1.2"

    change(course.root, "x = 1\n", "days/day2-database/app/mine.py")

    assert line(course) == "day1 in day2: holding 1.1, 1.2 (before your latest changes)"


def test_a_task_that_cannot_run_here_neither_holds_nor_fails(course: Course) -> None:
    save(course, Verdict.SKIPPED)
    assert line(course) == ""

    save(course, Verdict.PASS, Verdict.SKIPPED)

    assert line(course) == "day1 in day2: holding 1.1"


def test_a_run_that_broke_says_nothing(course: Course) -> None:
    save(course, Verdict.PASS, Verdict.INFRA_ERROR)

    assert line(course) == ""


def test_a_damaged_record_says_nothing(course: Course) -> None:
    save(course, Verdict.PASS)
    (course.root / PATH).write_text('{"day2-database": {"holds": 1}}')

    assert line(course) == ""
