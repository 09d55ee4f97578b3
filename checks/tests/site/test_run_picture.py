"""The front page: the picture of a failing run, and the address to clone."""

from pathlib import Path

import pytest

from checks.course.course import LANGUAGES, Course, find_root, load_course
from checks.site import words
from checks.site.pages import fill_placeholders
from checks.site.run_picture import TASK, draw_run, known_mistake, picture_path

ROOT = find_root(Path(__file__))


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(ROOT, tree="solutions")


@pytest.mark.parametrize("lang", LANGUAGES)
class TestPicture:
    def test_it_shows_the_task_and_the_hint_of_today(self, course: Course, lang: str) -> None:
        svg = picture_path(ROOT, lang).read_text(encoding="utf-8").replace("&#160;", " ")
        hint = known_mistake().hint.in_(lang).split(".")[0].split("«")[0].partition('"')[0].strip()

        assert course.task(TASK).title.in_(lang) in svg, "run `make picture`"
        assert known_mistake().title.in_(lang) in svg, "run `make picture`"
        assert hint in svg, "run `make picture`"

    def test_it_loads_nothing(self, lang: str) -> None:
        svg = picture_path(ROOT, lang).read_text(encoding="utf-8")

        assert "url(http" not in svg
        assert "@font-face" not in svg

    def test_colours_become_styles(self, lang: str) -> None:
        svg = draw_run("\x1b[31mfail\x1b[0m", lang)

        assert ">fail</text>" in svg
        assert "\x1b" not in svg


@pytest.mark.parametrize("lang", LANGUAGES)
class TestFrontPage:
    def test_the_address_to_clone_stands_in_one_place(self, course: Course, lang: str) -> None:
        page = (ROOT / "docs" / lang / "index.md").read_text(encoding="utf-8")

        assert words.CLONE_ADDRESS not in page
        assert f"git clone {words.CLONE_ADDRESS} " in fill_placeholders(page, course, lang)

    def test_the_button_to_start_comes_before_the_picture(self, lang: str) -> None:
        page = (ROOT / "docs" / lang / "index.md").read_text(encoding="utf-8")

        assert 0 < page.index("](#start){ .md-button") < page.index("![")
