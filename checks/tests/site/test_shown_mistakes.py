"""The list of what the pages of the plan's faults show: a name that nothing has fails the build."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from checks.course.course import Course, find_root, load_course
from checks.errors import CourseError
from checks.site.shown_mistakes import LIST, read_shown

ROOT = find_root(Path(__file__))
COURSE = load_course(ROOT, tree="solutions")


def with_list(tmp_path: Path, old: str, new: str) -> Course:
    """The course, in a folder that has the list with a change, and its measurements."""
    text = (ROOT / LIST).read_text()
    assert old in text
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "measurements").symlink_to(ROOT / "docs" / "measurements")
    (tmp_path / LIST).write_text(text.replace(old, new))
    return replace(COURSE, root=tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('["B1"]', '["B9"]', "docs/bites.toml: there is no task B9"),
        ("plan-resource-id", "plan-id", "task 3.4 has no mistake in checks/catalogue called plan"),
        ('["sigterm"]', '["signal"]', "task 7.9 has no section in docs/measurements/day7.py"),
        ('mistakes = ["fetched-from-afar"]', "", "shows no mistake of task 4.5; name one"),
    ],
)
def test_what_does_not_exist_is_named(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    with pytest.raises(CourseError, match=re.escape(sentence)):
        read_shown(with_list(tmp_path, old, new))
