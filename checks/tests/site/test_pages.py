"""The pages of the real course, their hints, and the words of both languages."""

from pathlib import Path

import pytest

from checks.course.course import LANGUAGES, Course, Hint, find_root, load_course
from checks.errors import CourseError
from checks.messages.durations import duration
from checks.site import parity, stage
from checks.site.board_picture import draw, sample_verdicts
from checks.site.pages import chapter, collapse_hints, days_table, task_facts, task_path
from checks.site.stage import staged_pages
from checks.site.words import POINTS
from checks.tests.support.workbook import day_toml, task_toml, write

ROOT = find_root(Path(__file__))


class TestTheRealPages:
    def test_both_languages_say_the_same_in_the_same_places(self) -> None:
        course = load_course(ROOT, tree="solutions")
        english, russian = (staged_pages(course, lang) for lang in LANGUAGES)

        assert parity.differences(english, russian) == []

    def test_a_section_that_one_language_lacks_ends_the_build(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        texts = {"en": "# Day 1 {#day}\n\n## Goal {#goal}\n", "ru": "# День 1 {#day}\n"}
        monkeypatch.setattr(stage, "staged_pages", lambda _, lang: {"day1/index.md": texts[lang]})

        with pytest.raises(CourseError, match=r"day1/index.md: .*2 in English, 1 in Russian"):
            stage.pages_in_both(load_course(ROOT, tree="solutions"))

    def test_every_task_has_its_answer_its_difference_and_its_tests_behind_a_click(self) -> None:
        course = load_course(ROOT, tree="solutions")
        pages = staged_pages(course, "en")

        for task in course.tasks:
            page = pages[task_path(task)]
            hidden = [line for line in page.splitlines() if line.startswith("??? ")]
            kinds = {line.split()[1] for line in hidden}
            assert kinds >= {"question", "success", "abstract", "example"}, task.id

    def test_the_picture_is_the_board_of_today(self) -> None:
        course = load_course(ROOT, tree="solutions")
        picture = (ROOT / "docs" / "assets" / "board.svg").read_text(encoding="utf-8")

        assert picture == draw(course, sample_verdicts(course)), "run `make picture`"

    def test_the_picture_loads_nothing(self) -> None:
        picture = (ROOT / "docs" / "assets" / "board.svg").read_text(encoding="utf-8")

        assert "url(http" not in picture
        assert "@font-face" not in picture


class TestBonus:
    @pytest.fixture
    def course(self, tmp_path: Path) -> Course:
        """Day 7 with one task of its own and two bonus tasks."""
        tables = [task_toml("7.1", "own"), task_toml("B1", "first"), task_toml("B2", "second")]
        write(tmp_path, {"solutions/day7-deployment/day.toml": day_toml(7, *tables)})
        return load_course(tmp_path, "solutions")

    def test_the_days_do_not_count_it(self, course: Course) -> None:
        rows = days_table(course, "en").splitlines()

        assert "| 7 | [Deployment](day7/index.md) | 1 | 1 | 60 min |" in rows
        assert rows[-1] == "| B | [Bonus](day7/index.md#bonus) | 2 | +2 | 2 h |"

    @pytest.mark.parametrize(("lang", "heading"), [("en", "Bonus"), ("ru", "Бонус")])
    def test_it_stands_below_the_days_tasks(self, course: Course, lang: str, heading: str) -> None:
        page = chapter(course.days[0], "# Day 7\n", "# Day 7\n", lang)

        tasks, bonus = page.split(f"## {heading} {{#bonus}}")
        assert "| 7.1 |" in tasks
        assert "| B1 |" not in tasks
        assert "| B1 |" in bonus

    @pytest.mark.parametrize(
        ("lang", "facts"), [("en", "1 bonus point · 60 min"), ("ru", "1 бонусный балл · 60 мин")]
    )
    def test_its_points_are_named_as_extra(self, course: Course, lang: str, facts: str) -> None:
        assert task_facts(course.task("B1"), lang, {}).startswith(facts)


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
