"""The pages that run code, as Markdown: with Python for the browser, and without it."""

import pytest

from checks.course.course import load_course
from checks.errors import CourseError
from checks.site.pyodide.assets import Assets
from checks.site.pyodide.directive import Runnable, megabytes, with_page_link
from checks.tests.support.repository import ROOT

PAGE = "# Title\n\n<!-- in-page-note: n-plus-one -->\n\n<!-- in-page: n-plus-one selectin -->\n"
SIZE = 15_000_000


class KnownSize(Assets):
    """Assets of which only the size is asked."""

    def size(self, _: object) -> int:
        return SIZE


def filled(text: str, assets: Assets | None, lang: str = "en") -> str:
    return Runnable(load_course(ROOT, tree="solutions"), assets, lang).fill({"x.md": text})["x.md"]


class TestWithoutPython:
    def test_the_page_says_so_and_shows_the_code(self) -> None:
        page = filled(PAGE, None)

        assert "This copy of the site was built without Python for the browser" in page
        assert "page(selectinload(Event.tasks))" in page
        assert "data-program" not in page

    def test_the_files_of_the_task_are_shown(self) -> None:
        page = filled("<!-- in-page-task: event-statistics -->", None)

        assert 'title="app/crud/task.py"' in page
        assert "data-task" not in page


class TestWithPython:
    def test_the_button_says_how_much_is_loaded(self) -> None:
        assert "Load Python (15.0 MB) and run" in filled(PAGE, KnownSize({}))

    def test_a_sentence_is_there_for_a_reader_without_javascript(self) -> None:
        page = filled(PAGE, KnownSize({}), "ru")

        assert (
            '<p class="in-page-no-script">Код на этой странице выполняется в вашем браузере' in page
        )

    def test_sizes_are_rounded_up_and_written_as_the_language_does(self) -> None:
        assert megabytes(15_900_001, "en") == "16.0"
        assert megabytes(15_210_000, "ru") == "15,3"


@pytest.mark.parametrize("text", ["<!-- in-page: none lazy -->", "<!-- in-page: tokens gone -->"])
def test_a_program_or_a_section_that_is_gone_ends_the_build(text: str) -> None:
    with pytest.raises(CourseError, match=r"none|gone"):
        filled(text, None)


def test_only_the_page_of_a_task_that_can_be_solved_here_links_to_it() -> None:
    page = "# 1.2 Title\n\nFacts\n\n## Goal {#goal}\n\nText\n"

    assert "(../run/event-statistics.md)" in with_page_link(page, "1.2", "en")
    assert with_page_link(page, "1.3", "en") == page
