"""Pieces of Markdown: code blocks, collapsed blocks, links and heading ids."""

import pytest

from checks.errors import CourseError
from checks.site.markdown import collapsed_block, fence, language, pin_heading_ids, replace_links


class TestMarkdown:
    def test_a_fence_is_longer_than_the_fences_inside(self) -> None:
        assert fence("```py\nx\n```", "markdown").splitlines()[0] == "```` markdown"

    def test_quotation_marks_do_not_end_a_folds_title(self) -> None:
        assert collapsed_block("question", 'What is "ready"?', "x").startswith(
            '??? question "What is “ready”?"'
        )

    def test_a_folds_body_keeps_its_empty_lines_empty(self) -> None:
        assert (
            collapsed_block("question", "Q?", "a\n\nb") == '??? question "Q?"\n\n    a\n\n    b\n'
        )

    def test_links_to_statements_lead_to_pages(self) -> None:
        text = replace_links("see [1.1](exercises/1.1-x.md#goal)", {"exercises/1.1-x.md": "x.md"})

        assert text == "see [1.1](x.md#goal)\n"

    def test_links_to_files_without_a_page_keep_their_words_only(self) -> None:
        assert replace_links("see [the main file](app/main.py)", {}) == "see the main file\n"

    def test_links_to_the_web_and_to_the_page_itself_stay(self) -> None:
        text = "[a](https://docs.python.org/3/) [b](#goal)\n"

        assert replace_links(text, {}) == text

    def test_code_is_never_relinked(self) -> None:
        text = "```md\n[a](b.md)\n```\n"

        assert replace_links(text, {}) == text

    def test_a_russian_heading_gets_the_id_of_its_english_counterpart(self) -> None:
        english = "# Day 1 {#day-1}\n\n## What is here\n"

        pinned = pin_heading_ids("# День 1\n\n## Что уже есть\n", english, "README.ru.md")

        assert pinned == "# День 1 {#day-1}\n\n## Что уже есть {#what-is-here}\n"

    def test_a_page_that_lost_a_heading_is_named(self) -> None:
        with pytest.raises(CourseError, match=r"README\.ru\.md has 1 headings"):
            pin_heading_ids("# День 1\n", "# Day 1\n\n## More\n", "README.ru.md")

    @pytest.mark.parametrize(
        ("path", "name"),
        [("a/b.py", "python"), ("Dockerfile", "docker"), ("x.toml", "toml"), (".env", "text")],
    )
    def test_a_file_is_highlighted_by_its_name(self, path: str, name: str) -> None:
        assert language(path) == name
