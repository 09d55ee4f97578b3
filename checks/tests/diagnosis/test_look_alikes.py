"""Mistakes that no failure tells apart, and the question that they share."""

from pathlib import Path

import pytest

from checks.diagnosis.look_alikes import group_of, look_alikes
from checks.errors import CourseError

GROUP = """[[look-alikes]]
mistakes = ["a", "b"]
title = "T"
title-ru = "Т"
hint = "H?"
hint-ru = "Х?"
"""


def catalogue(folder: Path, text: str) -> Path:
    mistakes = folder / "1.2" / "mistakes"
    mistakes.mkdir(parents=True)
    for name in ("a", "b", "c"):
        (mistakes / f"{name}.patch").touch()
    (folder / "1.2" / "look-alikes.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_group_has_mistakes_a_title_and_a_question(tmp_path: Path) -> None:
    group = look_alikes("1.2", catalogue(tmp_path, GROUP))[0]

    assert group.mistakes == {"1.2/mistakes/a", "1.2/mistakes/b"}
    assert (group.title.en, group.hint.in_("ru")) == ("T", "Х?")


def test_a_task_without_the_file_has_no_group(tmp_path: Path) -> None:
    assert look_alikes("1.2", tmp_path) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GROUP.replace('hint-ru = "Х?"', ""), r"a group lacks hint-ru"),
        (GROUP.replace('"b"', '"z"'), r"there is no mistake z"),
        (GROUP + GROUP, r"two groups have 1\.2/mistakes/a, 1\.2/mistakes/b"),
    ],
)
def test_a_group_that_is_off_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        look_alikes("1.2", catalogue(tmp_path, text))


def test_the_group_of_several_has_all_of_them(tmp_path: Path) -> None:
    groups = look_alikes("1.2", catalogue(tmp_path, GROUP))

    assert group_of(["1.2/mistakes/a", "1.2/mistakes/b"], groups) is groups[0]
    assert group_of(["1.2/mistakes/a", "1.2/mistakes/c"], groups) is None
