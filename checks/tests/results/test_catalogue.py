"""The catalogue's patches: what their headers have to hold."""

from pathlib import Path

import pytest

from checks.errors import CourseError
from checks.results.catalogue import cases


def test_a_mistake_without_a_hint_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "1.2" / "mistakes"
    folder.mkdir(parents=True)
    (folder / "x.patch").write_text("title: X\ntitle.ru: Х\n\n--- a/app\n+++ b/app\n")

    with pytest.raises(CourseError, match=r"lacks hint, hint\.ru"):
        cases("1.2", "mistakes", tmp_path)
