"""Each line of the checklist names a task, a test of it and a place, and all three are there."""

from dataclasses import replace
from pathlib import Path

import pytest

from checks.course.course import Course, load_course
from checks.errors import CourseError
from checks.site import checklist

ROOT = Path(__file__).parents[3]
LINES = 21  # in the plan


@pytest.fixture
def course() -> Course:
    return load_course(ROOT, tree="solutions")


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_line_of_the_plan_is_there(course: Course, lang: str) -> None:
    page = checklist.checklist_page(course, "solutions", lang)

    assert page.count("\n| ") == LINES + len(course.bonus) + 1
    assert f" {LINES} " in page
    assert all(f"[{task.id} " in page for task in course.bonus)


def set_line(monkeypatch: pytest.MonkeyPatch, **fields: str) -> None:
    line = replace(checklist.read_checklist(ROOT)[0], **fields)  # type: ignore[arg-type]  # its fields
    monkeypatch.setattr(checklist, "read_checklist", lambda _: (line,))


def test_a_test_that_is_gone_is_named(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    set_line(monkeypatch, test="test_of_yesterday")

    with pytest.raises(CourseError, match=r"test_1_1_layers\.py has no test_of_yesterday"):
        checklist.checklist_page(course, "solutions", "en")


def test_a_place_that_is_gone_is_named(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    set_line(monkeypatch, place="app/nowhere.py")

    with pytest.raises(CourseError, match=r"has no app/nowhere\.py"):
        checklist.checklist_page(course, "solutions", "en")


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / checklist.SOURCE).write_text("[[lines]]\ntask = '1.1'\n")

    with pytest.raises(CourseError, match="cannot be read"):
        checklist.read_checklist(tmp_path)
