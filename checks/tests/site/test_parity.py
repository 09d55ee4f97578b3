"""The comparison of English and Russian pages."""

import pytest

from checks.site import parity


class TestParity:
    PAGE = (
        "# A {#a}\n\n```sh\nmake  # now\n```\n\n[x](y.md)\n\n"
        '!!! note "N"\n    text\n\n| `a` | b |\n'
    )

    def test_translated_words_titles_and_comments_are_no_difference(self) -> None:
        russian = (
            "# Б {#a}\n\n```sh\nmake  # сейчас\n```\n\n[з](y.md)\n\n"
            '!!! note "З"\n    текст\n\n| `a` | б |\n'
        )

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
            ("| `a` |", "| `z` |", "tables differ"),
            ("| `a` | b |\n", "", "tables differ in number"),
            ("| `a` | b |", "| `a` |", "tables differ"),
        ],
    )
    def test_what_is_lost_in_translation_is_named(self, old: str, new: str, says: str) -> None:
        problems = parity.differences({"p.md": self.PAGE}, {"p.md": self.PAGE.replace(old, new)})

        assert [problem for problem in problems if says in problem] != []

    def test_a_page_in_one_language_only_is_named(self) -> None:
        assert parity.differences({"p.md": ""}, {}) == ["p.md: has no Russian page"]
        assert parity.differences({}, {"p.md": ""}) == ["p.md: has no English page"]

    def test_a_heading_without_a_pinned_id_is_named(self) -> None:
        problems = parity.differences({"p.md": "# A\n"}, {"p.md": "# Б\n"})

        assert len(problems) == 1
        assert "no pinned id" in problems[0]
