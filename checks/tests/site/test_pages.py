"""The pages of the real course, their hints, and the words of both languages."""

from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from checks.cli.main import app
from checks.course.course import LANGUAGES, Hint, find_root, load_course
from checks.site import parity
from checks.site.board_picture import draw, sample_verdicts
from checks.site.pages import collapse_hints, task_path
from checks.site.stage import staged_pages
from checks.site.words import POINTS, duration

ROOT = find_root(Path(__file__))


class TestTheRealPages:
    def test_both_languages_say_the_same_in_the_same_places(self) -> None:
        course = load_course(ROOT, tree="solutions")
        english, russian = (staged_pages(course, lang) for lang in LANGUAGES)

        assert parity.differences(english, russian) == []

    def test_every_task_has_its_answer_its_difference_and_its_tests_behind_a_click(self) -> None:
        course = load_course(ROOT, tree="solutions")
        pages = staged_pages(course, "en")

        for task in course.tasks:
            page = pages[task_path(task)]
            hidden = [line for line in page.splitlines() if line.startswith("??? ")]
            kinds = {line.split()[1] for line in hidden}
            assert kinds >= {"question", "success", "abstract", "example"}, task.id

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_every_command_is_described(self, lang: str) -> None:
        group = get_command(app)
        page = (ROOT / "docs" / lang / "cli.md").read_text(encoding="utf-8")

        assert isinstance(group, TyperGroup)
        assert [name for name in group.commands if f"`checks {name}`" not in page] == []

    def test_the_picture_is_the_board_of_today(self) -> None:
        course = load_course(ROOT, tree="solutions")
        picture = (ROOT / "docs" / "assets" / "board.svg").read_text(encoding="utf-8")

        assert picture == draw(course, sample_verdicts(course)), "run `make picture`"

    def test_the_picture_loads_nothing(self) -> None:
        picture = (ROOT / "docs" / "assets" / "board.svg").read_text(encoding="utf-8")

        assert "url(http" not in picture
        assert "@font-face" not in picture


class TestHints:
    STATEMENT = (
        "## Goal {#goal}\n\n## Hints {#hints}\n\n### Why? {#hint-1}\n\nold\n\n## Read {#read}\n"
    )

    def test_each_stands_folded_under_its_question(self) -> None:
        page = collapse_hints(self.STATEMENT, [Hint("Why?", "Because.")])

        assert '??? question "Why?"\n\n    Because.' in page
        assert "### Why?" not in page

    def test_the_section_after_them_stays(self) -> None:
        assert collapse_hints(self.STATEMENT, [Hint("Why?", "Because.")]).endswith(
            "## Read {#read}"
        )


class TestWords:
    @pytest.mark.parametrize(
        ("number", "lang", "text"),
        [
            (1, "en", "1 point"),
            (2, "en", "2 points"),
            (1, "ru", "1 балл"),
            (3, "ru", "3 балла"),
            (11, "ru", "11 баллов"),
            (12, "ru", "12 баллов"),
            (21, "ru", "21 балл"),
            (22, "ru", "22 балла"),
        ],
    )
    def test_a_number_bends_its_noun(self, number: int, lang: str, text: str) -> None:
        assert POINTS.of(number, lang) == text

    @pytest.mark.parametrize(
        ("minutes", "lang", "text"),
        [(60, "en", "60 min"), (270, "en", "4.5 h"), (270, "ru", "4,5 ч"), (240, "ru", "4 ч")],
    )
    def test_long_times_are_told_in_hours(self, minutes: int, lang: str, text: str) -> None:
        assert duration(minutes, lang) == text
