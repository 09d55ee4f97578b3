"""A learner's page: the reason, the next hint, and nothing that is not the learner's."""

from dataclasses import replace

import pytest

from checks.course.course import load_course
from checks.export.graded import GradedRow
from checks.export.html import pages
from checks.export.learner_page import TaskTexts, reason, task_texts
from checks.results.model import Cause, TestResult, Verdict
from checks.tests.support.graded_rows import row, row_with_bonus
from checks.tests.support.repository import ROOT

TEXTS = {"1.2": TaskTexts("Event statistics", "Which rows count?", "Think of <none>.")}
MESSAGE = "GET /api/events/1 has no total\nassert {'a': 1} == {'total': 1}\n  + where SECRET"


def learner_page(graded: GradedRow, lang: str = "en") -> str:
    documents = pages([graded], contained=True, lang=lang, texts=TEXTS)
    return documents[f"{graded.slug}.html"].decode()


def failing(cause: Cause) -> GradedRow:
    graded = row(Verdict.FAIL)
    tests = (TestResult("1.2", "test_total", Verdict.FAIL, 0.1, cause),)
    return replace(graded, tasks=(replace(graded.tasks[0], tests=tests),))


def test_it_tells_the_reason_and_the_learners_own_line() -> None:
    page = learner_page(failing(Cause(MESSAGE, frame="app/api/events.py:9 in read")))

    assert "GET /api/events/1 has no total" in page
    assert "your code app/api/events.py:9 in read" in page


def test_neither_the_comparison_of_a_test_nor_a_log_is_on_it() -> None:
    page = learner_page(failing(Cause(MESSAGE, log="SECRET of the log")))

    assert "SECRET" not in page
    assert "assert" not in page


def test_a_failure_without_a_sentence_is_told_by_the_name_of_its_test() -> None:
    assert reason("assert 1 == 2") == ""
    assert "test_total" in learner_page(failing(Cause("assert 1 == 2")))


def test_without_a_named_mistake_the_first_hint_is_next() -> None:
    page = learner_page(failing(Cause(MESSAGE)))

    assert "The next hint: Which rows count?" in page
    assert "Think of &lt;none&gt;." in page
    assert "`checks hint 1.2` shows" in page


@pytest.mark.parametrize(
    ("graded", "says"),
    [
        (row(), "Nothing of this day was handed in."),
        (
            replace(row(Verdict.INFRA_ERROR), unjudged=frozenset({"1.2"})),
            "The checker itself failed",
        ),
        (row(Verdict.SKIPPED), "cannot run this task"),
        (
            replace(row(review_reasons=("no archive",)), unjudged=frozenset({"1.2"})),
            "<p>no archive</p>",
        ),
    ],
)
def test_what_is_no_failure_has_no_hint(graded: GradedRow, says: str) -> None:
    page = learner_page(graded)

    assert says in page
    assert "Which rows count?" not in page


def test_a_bonus_that_passes_is_shown_as_extra() -> None:
    page = learner_page(row_with_bonus(Verdict.PASS))

    assert "points: 2/2 +3<" in page
    assert "bonus points 3/3" in page


def test_it_speaks_russian() -> None:
    page = learner_page(failing(Cause(MESSAGE)), lang="ru")

    assert '<html lang="ru">' in page
    assert "не проходит" in page
    assert "Следующая подсказка" in page


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_task_of_the_course_has_a_title_and_a_first_hint(lang: str) -> None:
    course = load_course(ROOT)
    texts = task_texts(course, lang)

    assert set(texts) == {task.id for task in course.tasks}
    assert all(each.title and each.question and each.hint for each in texts.values())
