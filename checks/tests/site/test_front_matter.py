"""The descriptions of pages, their rank in the search, and what no search finds."""

from pathlib import Path

import pytest

from checks.course.course import LANGUAGES, Course, find_root, load_course
from checks.site import front_matter
from checks.site.stage import robots_txt, staged_pages


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(find_root(Path(__file__)), tree="solutions")


class TestDescription:
    def test_it_is_the_first_paragraph_without_marks_and_links(self) -> None:
        page = "# T {#t}\n\n![a](b.svg)\n\n- a list\n\nUse **`make`**, see\n[here](x.md).\n\nMore\n"

        assert front_matter.description(page) == "Use make, see here."

    def test_of_a_task_it_is_the_goal(self) -> None:
        page = "# 1.1 Layers {#task}\n\n1 point\n\n## Goal {#goal}\n\nSplit it.\n"

        assert front_matter.description(page) == "Split it."

    def test_a_long_one_ends_after_a_word(self) -> None:
        described = front_matter.description("word, " * 60)

        assert len(described) <= front_matter.LENGTH
        assert described.endswith("word…")

    def test_a_quotation_mark_does_not_end_the_attribute(self, course: Course) -> None:
        pages = front_matter.with_front_matter({"a.md": 'Say "no".\n'}, course)

        assert 'description: "Say &quot;no&quot;."' in pages["a.md"]


@pytest.mark.parametrize("lang", LANGUAGES)
class TestTheRealPages:
    def test_each_title_and_each_description_is_there_once(self, course: Course, lang: str) -> None:
        pages = staged_pages(course, lang).values()

        for texts in (
            [page.partition("\n")[0].partition(" {#")[0] for page in pages],
            [front_matter.description(page) for page in pages],
        ):
            assert [text for text in texts if texts.count(text) > 1 or not text] == []

    def test_code_that_decides_or_answers_is_no_hit(self, course: Course, lang: str) -> None:
        pages = front_matter.with_front_matter(staged_pages(course, lang), course)
        task = pages["day3/login-rate-limit.md"]

        for section in ("answer", "diff", "tests"):
            assert f"{{#{section} data-search-exclude}}" in task
        assert 'search: {"exclude": true}' in pages["day3/changes.md"]


class TestRobots:
    def test_both_sitemaps_stand_under_the_address_of_the_site(self) -> None:
        lines = robots_txt("https://example.test/eventure").splitlines()

        assert "Sitemap: https://example.test/eventure/sitemap.xml" in lines
        assert "Sitemap: https://example.test/eventure/ru/sitemap.xml" in lines

    def test_without_an_address_none_is_named(self) -> None:
        assert robots_txt("") == "User-agent: *\nAllow: /\n"
