"""What `make bench-grade` grades: the same five tests for each grader, and what it refuses."""

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from starlette.testclient import TestClient

from checks.bench import grade_costs
from checks.bench.command_cost import cost
from checks.bench.cpu_clock import WHOLE, CpuClock
from checks.bench.generated_cohort import hand_in_copies, hand_in_mistakes
from checks.bench.other_graders import others, own
from checks.bench.other_graders.exercise import CASES, SUBMISSION, Case
from checks.course.course import load_course
from checks.errors import CourseError
from checks.tests.support.repository import ROOT


@pytest.fixture
def app() -> ModuleType:
    """The submission as a module."""
    module = ModuleType("notes")
    exec(compile(SUBMISSION, "notes.py", "exec"), module.__dict__)  # noqa: S102 - it is our own text
    return module


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_submission_answers_as_each_case_says(app: ModuleType, case: Case) -> None:
    answer = TestClient(app.app).request(case.method, case.path, json=case.body)

    assert answer.status_code == case.status


def test_each_grader_has_a_test_for_each_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(others, "run", lambda argv, folder, programs: "")
    own.write_workbook(tmp_path)
    others.check50(tmp_path, tmp_path)
    others.otter(tmp_path, tmp_path)

    ours = (tmp_path / "days" / own.DAY / "exercises/test_1_1_notes.py").read_text()
    theirs = (tmp_path / "problem/__init__.py").read_text()
    for case in CASES:
        otters = (tmp_path / f"tests/{case.name}.py").read_text()
        assert all(case.call in text for text in (ours, theirs))
        assert json.dumps(case.path) in otters
        assert str(case.status) in otters


def test_the_workbook_of_one_task_is_a_course(tmp_path: Path) -> None:
    own.write_workbook(tmp_path)

    assert [task.id for task in load_course(tmp_path).days[0].tasks] == ["1.1"]


def test_a_grader_that_does_not_pass_all_five_is_not_compared() -> None:
    with pytest.raises(CourseError, match="otter run passes 4 tests of 5"):
        grade_costs.require_passes("otter run", 4)


def test_one_of_five_submissions_is_the_finished_day(tmp_path: Path) -> None:
    course = load_course(ROOT)
    day = course.day("day1")

    different = hand_in_mistakes(course, day, tmp_path, 10)

    assert len(list(tmp_path.iterdir())) == 10
    assert different == 9


def test_copies_take_no_space_on_the_disk(tmp_path: Path) -> None:
    course = load_course(ROOT)

    hand_in_copies(course, course.day("day1"), tmp_path, 3)

    mains = list(tmp_path.glob("*/days/*/app/main.py"))
    assert len({main.stat().st_ino for main in mains}) == 1
    assert len(mains) == 3


def test_a_command_that_fails_is_one_sentence(tmp_path: Path) -> None:
    failing = [sys.executable, "-c", "import sys; print('no sandbox here'); sys.exit(3)"]

    with pytest.raises(CourseError, match="no sandbox here"):
        cost(failing, tmp_path, tmp_path / "log", CpuClock(lambda: 0.0, WHOLE))


def test_a_part_that_does_not_exist_is_named() -> None:
    with pytest.raises(CourseError, match="no part is called nights; there are days, cohort"):
        grade_costs.main("nights")
