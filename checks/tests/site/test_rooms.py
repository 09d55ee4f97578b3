"""The picture of the rooms: drawn from a contract and from imports, in both languages."""

import xml.etree.ElementTree as ET

import pytest

from checks.course.course import LANGUAGES, Text
from checks.errors import CourseError
from checks.site import room_graph, room_words
from checks.site.room_graph import Room, RoomGraph, read_rooms
from checks.site.rooms import draw
from checks.tests.support.repository import ROOT

SVG = "{http://www.w3.org/2000/svg}"
EDGES = frozenset({("top", "middle"), ("middle", "ground"), ("top", "ground"), ("top", "beside")})
GRAPH = RoomGraph(
    (
        (Room("top", 3),),
        (Room("middle", 2, ((Room("upper", 1),), (Room("lower", 1),))), Room("beside", 1)),
        (Room("ground", 1),),
    ),
    EDGES,
)


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line for each room of GRAPH."""
    lines = {room.name: Text(f"{room.name} & more", f"{room.name} и ещё") for room in GRAPH.rooms}
    inner = {name: Text(name, name) for name in ("upper", "lower")}
    monkeypatch.setattr("checks.site.rooms.ROOMS", lines)
    monkeypatch.setattr("checks.site.rooms.INNER", inner)


class TestImports:
    def test_what_follows_from_other_imports_is_not_direct(self) -> None:
        assert GRAPH.direct == EDGES - {("top", "ground")}

    def test_the_rooms_are_those_of_the_contract_with_their_files(self) -> None:
        rooms = {room.name: room for room in read_rooms(ROOT).rooms}

        assert {"cli", "harness", "course", "errors.py"} <= rooms.keys()
        assert "tests" not in rooms
        assert rooms["errors.py"].files == 1
        assert rooms["harness"].inner[0] == (Room("plugin.py", 1),)

    def test_an_import_that_runs_upwards_is_no_picture(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(room_graph, "_imports", lambda rooms: frozenset({("course", "cli")}))

        with pytest.raises(CourseError, match="course imports cli, which is not below it"):
            read_rooms(ROOT)


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize("lang", LANGUAGES)
class TestPicture:
    def test_each_room_has_a_line_with_its_number_of_files(self, lang: str) -> None:
        texts = [each.text for each in ET.fromstring(draw(GRAPH, lang)).iter(f"{SVG}text")]  # noqa: S314 - our own

        for room in GRAPH.rooms:
            place = texts.index(room.name)
            about = {"en": f"{room.name} & more", "ru": f"{room.name} и ещё"}[lang]
            assert texts[place + 1 : place + 3] == [about, str(room.files)]

    def test_it_says_in_words_what_it_shows(self, lang: str) -> None:
        picture = ET.fromstring(draw(GRAPH, lang))  # noqa: S314 - our own

        assert picture.findtext(f"{SVG}title") == room_words.TITLE.in_(lang)
        assert "top; middle, beside; ground" in (picture.findtext(f"{SVG}desc") or "")

    def test_it_loads_nothing_and_knows_a_dark_scheme(self, lang: str) -> None:
        picture = draw(GRAPH, lang)

        assert "url(" not in picture
        assert "@font-face" not in picture
        assert "prefers-color-scheme: dark" in picture

    def test_a_room_without_words_is_named(self, lang: str) -> None:
        graph = RoomGraph(((Room("attic", 1),),), frozenset())

        with pytest.raises(CourseError, match=r"attic is a new room: .*room_words\.py"):
            draw(graph, lang)
