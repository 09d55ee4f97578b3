"""The page of a day's changes: both finished days compared, without the course's own files."""

from pathlib import Path

import pytest

from checks.course.course import load_course
from checks.site.changes import FileChange, changes_page, file_changes

ROOT = Path(__file__).parents[3]
ANSWER = """one = 1
# region task 2.1
#| two = ...
two = 2
# endregion
"""


@pytest.fixture
def days(tmp_path: Path) -> tuple[Path, Path]:
    """Yesterday and today, with the same file in both."""
    folders = tmp_path / "day1", tmp_path / "day2"
    for folder in folders:
        (folder / "app").mkdir(parents=True)
        (folder / "app/same.py").write_text("same = 1\n")
    return folders


def only_change(days: tuple[Path, Path]) -> FileChange:
    (change,) = file_changes(*days)
    return change


def test_an_answer_is_a_change_of_its_task_and_its_markers_are_none(
    days: tuple[Path, Path],
) -> None:
    (days[0] / "app/a.py").write_text("one = 1\n")
    (days[1] / "app/a.py").write_text(ANSWER)

    change = only_change(days)

    assert (change.path, change.count("+"), change.count("-")) == ("app/a.py", 1, 0)
    assert change.after is not None
    assert change.after.tasks == ("2.1",)
    assert not any("region" in line or "#|" in line for line in change.diff)


def test_a_file_that_differs_in_blank_lines_has_not_changed(days: tuple[Path, Path]) -> None:
    (days[1] / "app/same.py").write_text("\nsame = 1\n\n")

    assert file_changes(*days) == ()


def test_the_course_s_own_files_are_left_out(days: tuple[Path, Path]) -> None:
    (days[1] / "exercises").mkdir()
    for name in ("exercises/test_2_1_x.py", "day.toml", "README.ru.md"):
        (days[1] / name).write_text("new = 1\n")

    assert file_changes(*days) == ()


def test_new_and_gone_are_said(days: tuple[Path, Path]) -> None:
    (days[0] / "app/old.py").write_text("old = 1\n")
    (days[1] / "app/new.py").write_text("new = 1\n")
    day = load_course(ROOT, tree="solutions").days[1]

    page = changes_page(day, file_changes(*days), {}, "en")

    assert '??? failure "app/old.py: gone"' in page
    assert '??? success "app/new.py: new"' in page
    assert "| `app/new.py` | +1 | −0 |" in page


def test_both_languages_show_the_same_changes() -> None:
    course = load_course(ROOT, tree="solutions")
    before, day = course.days[0], course.days[1]
    change = file_changes(*(ROOT / "solutions" / each.folder for each in (before, day)))
    tasks = {task.id: task for task in day.tasks}

    english, russian = (changes_page(day, change, tasks, lang) for lang in ("en", "ru"))

    assert english.count("```") == russian.count("```") > 0
    assert english != russian
