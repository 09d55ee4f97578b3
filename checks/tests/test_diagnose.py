"""From a failing set to the mistake it looks like."""

from pathlib import Path

import pytest

from checks.cases import cases
from checks.diagnose import likeness, nearest
from checks.errors import CourseError

KNOWN = {
    "1.2/mistakes/a": {"t1": "fail", "t2": "blocked"},
    "1.2/mistakes/b": {"t3": "fail"},
}


def test_an_equal_failing_set_is_the_nearest() -> None:
    assert nearest({"t3": "fail"}, KNOWN) == "1.2/mistakes/b"


def test_the_verdict_counts_as_well_as_the_test() -> None:
    assert nearest({"t3": "timeout"}, KNOWN) is None


def test_nothing_is_said_of_a_failing_set_that_resembles_none() -> None:
    assert nearest({"t9": "fail"}, KNOWN) is None


def test_nothing_is_said_when_two_mistakes_look_the_same() -> None:
    twins = {"1.2/mistakes/a": {"t1": "fail"}, "1.2/mistakes/b": {"t1": "fail"}}

    assert nearest({"t1": "fail"}, twins) is None


def test_likeness_is_the_share_of_what_both_have() -> None:
    assert likeness({"a": "fail", "b": "fail"}, {"b": "fail", "c": "fail"}) == 1 / 3


def test_a_mistake_without_a_hint_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "1.2" / "mistakes"
    folder.mkdir(parents=True)
    (folder / "x.patch").write_text("title: X\ntitle.ru: Х\n\n--- a/app\n+++ b/app\n")

    with pytest.raises(CourseError, match=r"lacks hint, hint\.ru"):
        cases("1.2", "mistakes", tmp_path)
