"""The questions' mark-up: a group of radio buttons with its question, and a reason for each."""

import re
from html.parser import HTMLParser
from pathlib import Path

import markdown
import pytest

from checks.course.course import LANGUAGES, Text, load_course
from checks.course.quiz import Option, Question
from checks.site.chapters import theory_path
from checks.site.pages import chapter_path, task_path
from checks.site.quiz_form import inline, quiz_form, quiz_section
from checks.site.stage import staged_pages

ROOT = Path(__file__).parents[3]
ASSETS = ROOT / "docs" / "assets"
QUESTION = Question(
    "why-so",
    "1.1",
    Text("Why `a < b`?", "Почему `a < b`?"),
    (
        Option(Text("Because", "Потому"), Text("It is so", "Это так"), ""),
        Option(Text("By chance", "Случайно"), Text("It is not", "Нет"), "1.1/early"),
        Option(Text("By law", "По закону"), Text("No law", "Закона нет"), "1.1/late"),
    ),
)


class Elements(HTMLParser):
    """The elements of a text with their attributes, in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.all if name == tag]


@pytest.fixture
def elements() -> Elements:
    return Elements(quiz_form(QUESTION, "en"))


def test_the_question_is_the_legend_of_the_group(elements: Elements) -> None:
    tags = [tag for tag, _ in elements.all[:3]]

    assert tags == ["form", "fieldset", "legend"]


def test_each_radio_button_has_its_label(elements: Elements) -> None:
    buttons = elements.named("input")

    assert {button["type"] for button in buttons} == {"radio"}
    assert {button["name"] for button in buttons} == {"quiz-why-so"}
    assert [label["for"] for label in elements.named("label")] == [b["id"] for b in buttons]
    assert {button["value"] for button in buttons} == {"right", "1.1/early", "1.1/late"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_option_unfolds_its_reason_without_a_script(lang: str) -> None:
    form = quiz_form(QUESTION, lang)

    reasons = re.findall(r"<details[^>]*><summary>.*?</summary><p>(.*?)</p></details>", form)
    assert sorted(re.sub(r"<strong>.*</strong> ", "", reason) for reason in reasons) == sorted(
        option.why.in_(lang) for option in QUESTION.options
    )


def test_the_right_one_says_so(elements: Elements) -> None:
    options = [each["data-right"] for each in elements.named("div")]
    form = quiz_form(QUESTION, "ru")

    assert sorted(map(str, options)) == ["false", "false", "true"]
    assert "<strong>Верно.</strong> Это так" in form
    assert "<strong>Неверно.</strong> Закона нет" in form


def test_the_button_does_nothing_until_the_script_comes(elements: Elements) -> None:
    (button,) = elements.named("button")

    assert button.keys() >= {"hidden", "disabled"}


def test_the_reason_is_told_to_screen_readers(elements: Elements) -> None:
    (verdict,) = [each for each in elements.named("p") if each.get("class") == "quiz-verdict"]

    assert (verdict["role"], verdict["aria-live"]) == ("status", "polite")


def test_both_languages_have_the_same_order() -> None:
    english, russian = (
        [each["value"] for each in Elements(quiz_form(QUESTION, lang)).named("input")]
        for lang in LANGUAGES
    )

    assert english == russian


def test_code_is_marked_and_html_is_text() -> None:
    assert inline("a `b < c` & <i>") == "a <code>b &lt; c</code> &amp; &lt;i&gt;"


def test_markdown_leaves_the_form_whole() -> None:
    page = quiz_section([QUESTION], "en")
    extensions = ["attr_list", "md_in_html", "abbr", "pymdownx.details", "pymdownx.superfences"]

    assert quiz_form(QUESTION, "en") in markdown.markdown(page, extensions=extensions)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_task_and_every_chapter_shows_its_questions(lang: str) -> None:
    course = load_course(ROOT, tree="solutions")
    pages = staged_pages(course, lang)

    for task in course.tasks:
        assert pages[task_path(task)].count('<form class="quiz"') == 1, task.id
    for day in course.days:
        chapter = pages.get(theory_path(day), "") + pages[chapter_path(day)]
        assert chapter.count('<form class="quiz"') in (2, 3), day.number


def test_the_script_is_small_and_asks_nobody() -> None:
    script = (ASSETS / "quiz.js").read_text(encoding="utf-8")

    assert len(script) < 4096
    assert re.search(r"https?:|fetch|XMLHttpRequest|import\(", script) is None
    for name in ("mkdocs.yml", "mkdocs.ru.yml"):
        assert "assets/quiz.js" in (ROOT / name).read_text(encoding="utf-8"), name


def test_what_the_script_looks_for_is_in_the_form() -> None:
    script = (ASSETS / "quiz.js").read_text(encoding="utf-8")
    form = quiz_form(QUESTION, "en")
    added_by_the_script = {"quiz-live", "quiz-solved"}

    classes = set(re.findall(r"\bquiz-[a-z]+", script)) - added_by_the_script
    assert classes
    assert [name for name in classes if f'class="{name}"' not in form] == []
