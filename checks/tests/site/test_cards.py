"""The pictures that a social network shows of a page."""

import struct
from importlib.util import find_spec

import pytest

from checks.course.course import load_course
from checks.site import cards
from checks.site.front_matter import with_front_matter
from checks.tests.support.repository import ROOT

draws = pytest.mark.skipif(
    find_spec("PIL") is None or find_spec("matplotlib") is None,
    reason="`.ci/setup notebooks` installs what draws a card",
)
ABOUT = "A production backend in seven days"


@draws
class TestDrawing:
    def test_a_card_has_the_size_that_readers_of_open_graph_ask_for(self) -> None:
        png = cards.draw("3.5 Logout and token revocation", ABOUT)

        assert png.startswith(b"\x89PNG")
        assert struct.unpack_from(">II", png, 16) == cards.SIZE

    def test_pages_with_other_titles_have_other_pictures(self) -> None:
        pages = {"day3/logout.md": "# 3.5 Выход\n", "index.md": "# Eventure\n"}

        drawn = cards.cards(pages, ABOUT)

        assert set(drawn) == {"assets/cards/day3-logout.png", "assets/cards/index.png"}
        assert len(set(drawn.values())) == 2


class TestFrontMatter:
    def test_a_page_names_its_card(self) -> None:
        course = load_course(ROOT, tree="solutions")

        (text,) = with_front_matter(
            {"a.md": "# A\n\nOf logins.\n"}, course, {"a.md": "assets/cards/a.png"}
        ).values()

        assert '\ncard: "assets/cards/a.png"\n' in text

    def test_without_an_address_of_the_site_there_is_none(self) -> None:
        course = load_course(ROOT, tree="solutions")

        (text,) = with_front_matter({"a.md": "# A\n\nOf logins.\n"}, course).values()

        assert "card" not in text
