"""A sequence diagram as SVG in the page."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from checks.course.course import LANGUAGES, Text, find_root
from checks.errors import CourseError
from checks.site.sequence import FOLDER, Sequence, Step, diagram, read_sequences

ROOT = find_root(Path(__file__))
ACTORS = (Text("A", "А"), Text("B", "Б"))
STEPS = (Step(0, 1, Text("ask <b>", "вопрос")), Step(1, 1, Text("think", "думает")))
SEQUENCE = Sequence(Text("A asks B", "А спрашивает Б"), Text("Below", "Ниже"), ACTORS, STEPS)


def test_it_has_words_for_who_cannot_see_it() -> None:
    page = diagram(SEQUENCE, "ru")

    assert "<title>А спрашивает Б</title>" in page
    assert "<figcaption>Ниже</figcaption>" in page


def test_a_keyboard_can_scroll_it() -> None:
    assert 'class="diagram-scroll" tabindex="0" role="group"' in diagram(SEQUENCE, "en")


def test_text_is_no_markup() -> None:
    assert "ask &lt;b&gt;" in diagram(SEQUENCE, "en")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", sorted((ROOT / FOLDER).glob("day*.toml")), ids=lambda p: p.stem)
def test_every_diagram_is_whole_xml_without_an_empty_line(path: Path, lang: str) -> None:
    # An empty line would end the block of HTML in Markdown.
    for sequence in read_sequences(ROOT, int(path.stem.removeprefix("day"))).values():
        page = diagram(sequence, lang)
        ET.fromstring(page.replace("data-search-exclude", ""))  # noqa: S314 — our own drawing
        assert "\n\n" not in page


@pytest.mark.parametrize(
    "text", ["[a]\n", "[a]\nsteps = 1", "a = 1", "[a", '[a]\nactors=[]\nsteps=[{at=3,en="",ru=""}]']
)
def test_a_file_that_is_no_diagram_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / "day1.toml").write_text(text, encoding="utf-8")

    with pytest.raises(CourseError, match=r"day1\.toml describes no diagram"):
        read_sequences(tmp_path, 1)
