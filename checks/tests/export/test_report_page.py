"""The instructor's page: five states told apart, true counts, stories, and nothing from outside."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from checks.course.course import Text
from checks.diagnosis.diagnose import Diagnosis
from checks.export.graded import GradedRow
from checks.export.html import pages
from checks.export.learner_page import TaskTexts
from checks.export.mistakes import count_mistakes, failures
from checks.export.states import State, state_of
from checks.export.stories import Story, remembered
from checks.results.model import TaskResult, Verdict
from checks.tests.support.graded_rows import HOSTILE, row, row_with_bonus

COLUMNS = re.compile(r'<td class="(\w)" aria-label="([^"]+)">(.)</td>')


class Page(HTMLParser):
    """The tags of a page, what it would fetch, and the text of each script and style."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str | None] = []
        self.blocks: dict[str, list[str]] = {"script": [], "style": []}
        self.policy = ""
        self.open = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.tags.append(tag)
        self.fetched += [known["src"]] if "src" in known else []
        self.fetched += [known.get("href")] if tag == "link" else []
        self.policy = known.get("content") or "" if "http-equiv" in known else self.policy
        self.open = tag

    def handle_data(self, data: str) -> None:
        if self.open in self.blocks:
            self.blocks[self.open].append(data)
            self.open = ""


def index(*rows: GradedRow, lang: str = "en", contained: bool = True) -> str:
    return pages(rows, contained=contained, lang=lang)["index.html"].decode()


def data_of(page: str) -> Any:
    return json.loads(Page(page.encode()).blocks["script"][0])


class TestStates:
    @pytest.mark.parametrize(
        ("verdicts", "state"),
        [
            ((Verdict.PASS, Verdict.PASS), State.PASSED),
            ((Verdict.PASS, Verdict.SKIPPED), State.PASSED),
            ((Verdict.PASS, Verdict.FAIL), State.PARTLY),
            ((Verdict.TIMEOUT, Verdict.BLOCKED), State.WRONG),
            ((Verdict.SKIPPED,), State.UNJUDGED),
            ((), State.MISSING),
        ],
    )
    def test_each_comes_from_the_verdicts(
        self, verdicts: tuple[Verdict, ...], state: State
    ) -> None:
        graded = row(*verdicts)

        assert state_of(graded, graded.tasks[0]) is state

    @pytest.mark.parametrize("verdicts", [(), (Verdict.PASS, Verdict.INFRA_ERROR)])
    def test_without_known_points_a_task_is_neither_wrong_nor_missing(
        self, verdicts: tuple[Verdict, ...]
    ) -> None:
        graded = replace(row(*verdicts), unjudged=frozenset({"1.2"}))

        assert state_of(graded, graded.tasks[0]) is State.UNJUDGED

    def test_each_has_a_shape_a_word_and_a_class_of_its_own(self) -> None:
        told = [(state.symbol, state.css, state.word("ru")) for state in State]

        assert [len(set(column)) for column in zip(*told, strict=True)] == [5, 5, 5]


class TestMap:
    def test_a_cell_says_its_state_by_shape_and_word(self) -> None:
        rows = [row(Verdict.PASS), row(Verdict.PASS, Verdict.FAIL), row(Verdict.FAIL), row()]

        assert COLUMNS.findall(index(*rows)) == [
            ("p", "passed", "✔"),
            ("h", "partly", "◐"),
            ("w", "wrong", "✘"),
            ("n", "not handed in", "–"),
        ]

    def test_a_name_links_to_the_learners_page(self) -> None:
        documents = pages([row(Verdict.PASS)], contained=True, lang="en")

        assert 'href="001-Ann.html"' in documents["index.html"].decode()
        assert "001-Ann.html" in documents

    def test_the_pass_rate_leaves_out_who_could_not_be_judged(self) -> None:
        unjudged = replace(row(Verdict.INFRA_ERROR), unjudged=frozenset({"1.2"}))
        page = index(row(Verdict.PASS), row(Verdict.FAIL), unjudged)

        assert "<span>50%</span>" in page

    def test_a_row_for_a_person_is_named_with_its_reason(self) -> None:
        page = index(row(review_reasons=("the archive <cannot> be read",)))

        assert "Ann</a>: the archive &lt;cannot&gt; be read</li>" in page

    @pytest.mark.parametrize(
        ("verdict", "score"), [(Verdict.PASS, "2/2 +3"), (Verdict.FAIL, "2/2")]
    )
    def test_a_bonus_that_passes_is_shown_as_extra(self, verdict: Verdict, score: str) -> None:
        assert f">{score}</td>" in index(row_with_bonus(verdict))

    def test_an_uncontained_cohort_says_so(self) -> None:
        assert "NOT run in the sandbox" in index(row(Verdict.PASS), contained=False)

    def test_a_cohort_of_nobody_is_a_page(self) -> None:
        assert "<dd>0</dd>" in index()

    def test_it_speaks_russian_with_the_titles_of_the_course(self) -> None:
        texts = {"1.2": TaskTexts("Статистика события", "Что?", "Текст.")}
        documents = pages([row(Verdict.FAIL)], contained=True, lang="ru", texts=texts)
        page = documents["index.html"].decode()

        assert '<html lang="ru">' in page
        assert 'aria-label="не проходит"' in page
        assert "Статистика события" in page


class TestStories:
    def test_a_cell_leads_to_its_story_and_equal_ones_are_told_once(self) -> None:
        data = data_of(index(row(Verdict.FAIL), row(Verdict.PASS), row(Verdict.FAIL)))

        assert data["cells"] == [[1], [0], [1]]
        (story,) = data["stories"]
        assert (story["test"], story["passed"], story["all"]) == ("test_0", 0, 1)
        assert story["request"].startswith("GET /api")

    def test_of_tests_that_wait_only_the_number_is_told(self) -> None:
        verdicts = (Verdict.FAIL, Verdict.BLOCKED, Verdict.BLOCKED, *[Verdict.ERROR] * 12)
        (story,) = data_of(index(row(*verdicts)))["stories"]

        assert (story["waiting"], len(story["others"]), story["more"]) == (2, 10, 2)
        assert "test_1" not in story["others"]

    def test_a_long_answer_is_cut_on_the_page_of_all(self) -> None:
        graded = row(Verdict.FAIL)
        (task,) = graded.tasks
        (test,) = task.tests
        assert test.cause
        assert test.cause.exchange
        exchange = replace(test.cause.exchange, response="x" * 5000)
        test = replace(test, cause=replace(test.cause, exchange=exchange))
        page = index(replace(graded, tasks=(replace(task, tests=(test,)),)))

        assert len(data_of(page)["stories"][0]["answer"]) < 700

    def test_equal_failures_are_diagnosed_once(self) -> None:
        asked: list[str] = []

        def ask(task: TaskResult) -> tuple[Diagnosis, ...]:
            asked.append(task.id)
            return ()

        diagnoses = remembered(ask)
        for graded in (row(Verdict.FAIL), row(Verdict.FAIL), row(Verdict.ERROR)):
            diagnoses(graded.tasks[0])

        assert len(asked) == 2


class TestMistakes:
    def test_the_most_frequent_comes_first_with_its_rows(self) -> None:
        one, two = (
            Diagnosis("1.2", f"1.2/mistakes/{name}", Text(name, name), Text("Why?", "Почему?"))
            for name in ("a", "b")
        )
        told = [(0, (two,)), (1, (two, one)), (2, ())]
        mistakes = count_mistakes((n, Story("t", 0, 1, "m", named=named)) for n, named in told)

        assert [(each.diagnosis.id[-1], each.rows) for each in mistakes.known] == [
            ("b", (0, 1)),
            ("a", (1,)),
        ]
        assert (mistakes.failed, mistakes.named) == (3, 2)

    def test_a_failure_of_the_checker_is_nobodys(self) -> None:
        told = {"1.2": Story("t", 0, 1, "m")}
        unjudged = replace(row(Verdict.INFRA_ERROR), unjudged=frozenset({"1.2"}))

        assert [n for n, _ in failures([unjudged, row(Verdict.FAIL)], [told, told])] == [1]


class TestHostileTexts:
    def test_no_text_becomes_a_tag_or_ends_the_data(self) -> None:
        name = f"{HOSTILE}</script><script>alert(2)</script>\u202e"
        documents = pages([row(Verdict.FAIL, name=name)], contained=True, lang="en")

        assert [Page(page).tags.count("script") for page in documents.values()] == [2, 0]
        for page in documents.values():
            assert "\u202e" not in page.decode()
            assert b"\x00" not in page

    def test_a_name_in_any_script_is_itself(self) -> None:
        for name in ("李雷", "محمد", "Þórdís O'Brien", "அருண்"):
            assert name.replace("'", "&#x27;") in index(row(Verdict.PASS, name=name))

    def test_only_the_pages_own_script_and_style_are_allowed(self) -> None:
        seen = Page(index(row(Verdict.FAIL)).encode())

        assert seen.fetched == []
        assert seen.policy.startswith("default-src 'none'")
        for kind, source in (
            ("script", seen.blocks["script"][1]),
            ("style", seen.blocks["style"][0]),
        ):
            digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
            assert f"{kind}-src 'sha256-{digest}'" in seen.policy
