"""The site: pages made from the course, two languages that say the same, no dead address."""

from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from checks.cli.main import app
from checks.course.course import LANGUAGES, Hint, find_root, load_course
from checks.course.regions import parse
from checks.errors import CourseError
from checks.site import inspect, parity
from checks.site.answers import answer
from checks.site.markdown import fence, fold, language, pin, relink
from checks.site.pages import fold_hints, task_path
from checks.site.picture import draw, first_minutes
from checks.site.stage import staged_pages
from checks.site.words import POINTS, duration

ROOT = find_root(Path(__file__))
SOURCE = """\
import os
# region task 1.1
#| first = None
first = 1
# endregion
between = 0
# region task 1.2
#| second = None
second = 2
# endregion
"""
NEW_FILE = "# region task 1.2\nwhole = True\n# endregion\n"


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

        assert picture == draw(course, first_minutes(course)), "run `make picture`"

    def test_the_picture_loads_nothing(self) -> None:
        picture = (ROOT / "docs" / "assets" / "board.svg").read_text(encoding="utf-8")

        assert "url(http" not in picture
        assert "@font-face" not in picture


class TestAnswers:
    def test_the_code_is_the_tasks_own(self) -> None:
        assert answer("app/x.py", parse(SOURCE, "app/x.py"), "1.2").code == "second = 2\n"

    def test_the_difference_is_cut_to_the_task(self) -> None:
        lines = answer("app/x.py", parse(SOURCE, "app/x.py"), "1.2").diff.splitlines()

        changed = [line for line in lines if line[0] in "+-"]
        assert changed == ["-second = None", "+second = 2"]
        assert " first = 1" in lines, "other tasks stand solved on both sides"

    def test_a_file_that_the_starter_lacks_is_all_new(self) -> None:
        lines = answer("new.py", parse(NEW_FILE, "new.py"), "1.2").diff.splitlines()

        assert [line for line in lines if line[0] in "+-"] == ["+whole = True"]


class TestMarkdown:
    def test_a_fence_is_longer_than_the_fences_inside(self) -> None:
        assert fence("```py\nx\n```", "markdown").splitlines()[0] == "```` markdown"

    def test_quotation_marks_do_not_end_a_folds_title(self) -> None:
        assert fold("question", 'What is "ready"?', "x").startswith(
            '??? question "What is “ready”?"'
        )

    def test_a_folds_body_keeps_its_empty_lines_empty(self) -> None:
        assert fold("question", "Q?", "a\n\nb") == '??? question "Q?"\n\n    a\n\n    b\n'

    def test_links_to_statements_lead_to_pages(self) -> None:
        text = relink("see [1.1](exercises/1.1-x.md#goal)", {"exercises/1.1-x.md": "x.md"})

        assert text == "see [1.1](x.md#goal)\n"

    def test_links_to_files_without_a_page_keep_their_words_only(self) -> None:
        assert relink("see [the main file](app/main.py)", {}) == "see the main file\n"

    def test_links_to_the_web_and_to_the_page_itself_stay(self) -> None:
        text = "[a](https://docs.python.org/3/) [b](#goal)\n"

        assert relink(text, {}) == text

    def test_code_is_never_relinked(self) -> None:
        text = "```md\n[a](b.md)\n```\n"

        assert relink(text, {}) == text

    def test_a_russian_heading_gets_the_id_of_its_english_counterpart(self) -> None:
        english = "# Day 1 {#day-1}\n\n## What is here\n"

        pinned = pin("# День 1\n\n## Что уже есть\n", english, "README.ru.md")

        assert pinned == "# День 1 {#day-1}\n\n## Что уже есть {#what-is-here}\n"

    def test_a_page_that_lost_a_heading_is_named(self) -> None:
        with pytest.raises(CourseError, match=r"README\.ru\.md has 1 headings"):
            pin("# День 1\n", "# Day 1\n\n## More\n", "README.ru.md")

    @pytest.mark.parametrize(
        ("path", "name"),
        [("a/b.py", "python"), ("Dockerfile", "docker"), ("x.toml", "toml"), (".env", "text")],
    )
    def test_a_file_is_highlighted_by_its_name(self, path: str, name: str) -> None:
        assert language(path) == name


class TestHints:
    STATEMENT = (
        "## Goal {#goal}\n\n## Hints {#hints}\n\n### Why? {#hint-1}\n\nold\n\n## Read {#read}\n"
    )

    def test_each_stands_folded_under_its_question(self) -> None:
        page = fold_hints(self.STATEMENT, [Hint("Why?", "Because.")])

        assert '??? question "Why?"\n\n    Because.' in page
        assert "### Why?" not in page

    def test_the_section_after_them_stays(self) -> None:
        assert fold_hints(self.STATEMENT, [Hint("Why?", "Because.")]).endswith("## Read {#read}")


class TestParity:
    PAGE = '# A {#a}\n\n```sh\nmake  # now\n```\n\n[x](y.md)\n\n!!! note "N"\n    text\n'

    def test_translated_words_titles_and_comments_are_no_difference(self) -> None:
        russian = '# Б {#a}\n\n```sh\nmake  # сейчас\n```\n\n[з](y.md)\n\n!!! note "З"\n    текст\n'

        assert parity.differences({"p.md": self.PAGE}, {"p.md": russian}) == []

    def test_a_russian_page_of_the_web_is_no_difference(self) -> None:
        english, russian = "[x](https://example.test/a/)", "[з](https://example.test/ru/a/)"

        assert parity.differences({"p.md": english}, {"p.md": russian}) == []

    def test_a_lost_link_to_the_web_is_named(self) -> None:
        assert parity.differences({"p.md": "[x](https://example.test/)"}, {"p.md": "з"}) != []

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("{#a}", "{#b}", "headings differ"),
            ("make", "make all", "code differ"),
            ("(y.md)", "(z.md)", "links differ"),
            ("!!! note", "!!! tip", "blocks differ"),
        ],
    )
    def test_what_is_lost_in_translation_is_named(self, old: str, new: str, says: str) -> None:
        found = parity.differences({"p.md": self.PAGE}, {"p.md": self.PAGE.replace(old, new)})

        assert [problem for problem in found if says in problem] != []

    def test_a_page_in_one_language_only_is_named(self) -> None:
        assert parity.differences({"p.md": ""}, {}) == ["p.md: has no Russian page"]
        assert parity.differences({}, {"p.md": ""}) == ["p.md: has no English page"]

    def test_a_heading_without_a_pinned_id_is_named(self) -> None:
        found = parity.differences({"p.md": "# A\n"}, {"p.md": "# Б\n"})

        assert len(found) == 1
        assert "no pinned id" in found[0]


class TestTheBuiltSite:
    def site(self, folder: Path, home: str) -> Path:
        site = folder / "site"
        (site / "ru").mkdir(parents=True)
        (folder / "outside.html").touch()
        (site / "index.html").write_text(home, encoding="utf-8")
        (site / "ru" / "index.html").write_text('<h2 id="here"></h2>', encoding="utf-8")
        return site

    def test_addresses_that_lead_somewhere_are_fine(self, tmp_path: Path) -> None:
        home = '<a href="ru/">a</a> <a href="ru/#here">b</a> <a href="#">c</a>'

        assert inspect.problems(self.site(tmp_path, home)) == []

    @pytest.mark.parametrize(
        ("html", "says"),
        [
            ('<a href="gone/">x</a>', "leads to gone/, which is not there"),
            ('<img src="a.svg">', "leads to a.svg, which is not there"),
            ('<a href="ru/#gone">x</a>', "a page that has no such place"),
            ('<script src="https://cdn.example/x.js"></script>', "loads https://cdn.example/x.js"),
            ('<link rel="stylesheet" href="//cdn.example/x.css">', "loads //cdn.example/x.css"),
            ('<a href="../outside.html">x</a>', "leads to ../outside.html, which is not there"),
        ],
    )
    def test_a_dead_or_foreign_address_is_named(self, tmp_path: Path, html: str, says: str) -> None:
        found = inspect.problems(self.site(tmp_path, html))

        assert len(found) == 1
        assert found[0].startswith("index.html: ")
        assert says in found[0]


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
