"""The directives of a chapter: what they show, and that a name that is gone fails the build."""

import re
from pathlib import Path

import pytest

from checks.course.course import LANGUAGES, find_root, load_course
from checks.errors import CourseError
from checks.site.chapters import Chapter, bonus_path, definition, theory_path
from checks.site.pages import chapter_path
from checks.site.quiz_course import read_quiz
from checks.site.stage import chapter_titles, staged_pages

ROOT = find_root(Path(__file__))
QUESTIONS = "\n".join(
    f"<!-- quiz: {key} -->" for key in ("why-type-in-the-token", "why-a-shared-store")
)

CHAPTERS = sorted((ROOT / "docs").glob("*/day*/chapter.md"))
BONUS = sorted((ROOT / "docs").glob("*/day*/bonus.md"))
PARTS = {
    "!!! question",
    "<!-- sequence: ",
    "<!-- run: ",
    "<!-- diff: ",
    "<!-- quiz: ",
    "{#key-points}",
}
WITHOUT_WORDS = re.compile(r"<!--.*?-->|`[^`]*`|\]\([^)]*\)", re.DOTALL)


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    """Day 3's chapter in English, with its two questions."""
    course = load_course(ROOT, tree="solutions")
    day = course.day("3")
    questions = {each.key: each for each in read_quiz(course).of_chapter(3)}
    return Chapter(course, day, "en", questions)


class TestDirectives:
    def test_code_is_the_answer_without_markers(self, chapter: Chapter) -> None:
        directive = "<!-- code: day3-security/app/services/policies.py is_admin -->"

        page = chapter.fill(f"{directive}\n{QUESTIONS}")

        assert "return user.role is UserRole.ADMIN" in page
        assert "is_superuser" not in page
        assert "region" not in page

    def test_a_diff_is_that_of_one_file(self, chapter: Chapter) -> None:
        page = chapter.fill(f"<!-- diff: 3.4 app/services/policies.py -->\n{QUESTIONS}")

        assert 'title="app/services/policies.py"' in page
        assert '+    if user.id == task.assigned_to_id and set(fields) <= {"status"}:' in page

    def test_a_run_shows_the_code_and_folds_its_output(self, chapter: Chapter) -> None:
        page = chapter.fill(f"<!-- run: limit -->\n{QUESTIONS}")

        code, output = page.split("??? success")
        assert "def passed(" in code
        assert "both count in Redis:            5" in output

    def test_a_question_stands_where_it_is_named(self, chapter: Chapter) -> None:
        page = chapter.fill(f"before\n{QUESTIONS}\nafter")

        assert page.count('<form class="quiz"') == 2

    @pytest.mark.parametrize(
        ("directive", "says"),
        [
            ("code: day3-security/app/gone.py use", "there is no solutions/day3-security/app"),
            ("code: day3-security/app/cli.py gone", "defines no gone"),
            ("diff: 3.4 app/main.py", "no answer in that file"),
            ("diff: 9.9 app/main.py", "no answer in that file"),
            ("run: gone", "gone names nothing; known: reuse"),
            ("sequence: gone", "gone names nothing; known: rotation"),
            ("picture: gone", "is unknown; a directive is code, diff"),
        ],
    )
    def test_a_name_that_is_gone_fails(self, chapter: Chapter, directive: str, says: str) -> None:
        with pytest.raises(CourseError, match=says):
            chapter.fill(f"<!-- {directive} -->\n{QUESTIONS}")

    @pytest.mark.parametrize("text", ["", QUESTIONS + QUESTIONS, "<!-- quiz: why-not -->"])
    def test_every_question_is_shown_once(self, chapter: Chapter, text: str) -> None:
        with pytest.raises(CourseError, match="show each of why-type-in-the-token, why-a-shared"):
            chapter.fill(text)


class TestDefinition:
    TEXT = "class A:\n    @b\n    def c(self):\n        return 1\n\n\ndef d():\n    pass\n"

    def test_a_method_is_dedented_and_keeps_its_decorators(self) -> None:
        assert definition(self.TEXT, "A.c", "a.py") == "@b\ndef c(self):\n    return 1"

    def test_a_function_ends_where_it_ends(self) -> None:
        assert definition(self.TEXT, "d", "a.py") == "def d():\n    pass"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_chapter_is_linked_from_its_day_and_leaves_no_directive(lang: str) -> None:
    course = load_course(ROOT, tree="solutions")
    pages = staged_pages(course, lang)

    written = [day for day in course.days if theory_path(day) in pages]
    assert written
    for day in written:
        assert "](chapter.md)" in pages[chapter_path(day)]
        assert "<!--" not in pages[theory_path(day)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_chapter_of_the_bonus_tasks_is_in_the_navigation_and_filled_in(lang: str) -> None:
    course = load_course(ROOT, tree="solutions")
    pages = staged_pages(course, lang)
    path = bonus_path(course.day("7"))

    assert "<!--" not in pages[path]
    assert path in chapter_titles(course, pages)


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


class TestEveryChapter:
    @pytest.mark.parametrize("path", CHAPTERS, ids=_place)
    def test_it_takes_one_sitting(self, path: Path) -> None:
        """Of 1,500 to 2,500 words; Russian, which has no articles, may have a tenth less."""
        prose = WITHOUT_WORDS.sub(" ", path.read_text(encoding="utf-8").partition("{#reading}")[0])

        words = re.findall(r"[^\W\d_][\w'’-]*", prose)

        assert 1350 <= len(words) <= 2500

    @pytest.mark.parametrize("path", CHAPTERS + BONUS, ids=_place)
    def test_it_predicts_measures_mends_and_asks(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")

        assert {part for part in PARTS if part not in text} == set()
        assert text.count("<!-- sequence: ") == 1
