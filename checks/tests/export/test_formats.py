"""The exports of a cohort: complete, escaped, and valid for the other systems."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from checks.export.graded import GradedRow
from checks.export.gradescope import gradescope
from checks.export.html import pages
from checks.export.junit import junit
from checks.results.model import Cause, Exchange, TaskResult, TestResult, Verdict

HOSTILE = "<script>alert(1)</script>\x00\x1b[31m\ud800 ]]> & \"'"


def row(*verdicts: Verdict, name: str = "Ann", review_reasons: tuple[str, ...] = ()) -> GradedRow:
    """One task with a test for each verdict, all of them with hostile words."""
    exchange = Exchange("GET", "/api", HOSTILE, 500, HOSTILE)
    tests = tuple(
        TestResult("1.2", f"test_{number}", verdict, 0.25, Cause(HOSTILE, exchange))
        for number, verdict in enumerate(verdicts)
    )
    task = TaskResult("1.2", "statistics", "Statistics", 2, tests)
    points = None if review_reasons else task.points
    return GradedRow(name, "001-Ann", points, 2, review_reasons, (task,))


def row_with_bonus(bonus: Verdict) -> GradedRow:
    """A task that passes, and a bonus task of 3 points with one test of this verdict."""
    ann = row(Verdict.PASS)
    cause = None if bonus is Verdict.PASS else Cause("no")
    tests = (TestResult("B1", "test_bonus", bonus, 0.25, cause),)
    task = TaskResult("B1", "prometheus", "Prometheus", 3, tests)
    return replace(ann, tasks=(*ann.tasks, task), bonus=task.points)


class Tags(HTMLParser):
    """The tags of a page."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)


class TestJunit:
    @pytest.mark.parametrize(
        ("verdict", "element"),
        [
            (Verdict.FAIL, "failure"),
            (Verdict.TIMEOUT, "error"),
            (Verdict.OOM, "error"),
            (Verdict.INFRA_ERROR, "error"),
            (Verdict.BLOCKED, "skipped"),
            (Verdict.NOT_RUN, "skipped"),
        ],
    )
    def test_each_verdict_has_its_element(self, verdict: Verdict, element: str) -> None:
        suite = ET.fromstring(junit([row(Verdict.PASS, verdict)]))[0]  # noqa: S314 - our own

        passed, failed = suite.findall("testcase")
        assert list(passed) == []
        assert [inner.tag for inner in failed] == [element]
        assert (suite.get("tests"), suite.get("time")) == ("2", "0.500")

    def test_whatever_an_app_printed_it_stays_a_document(self) -> None:
        document = ET.fromstring(junit([row(Verdict.FAIL)]))  # noqa: S314 - our own

        failure = document.find(".//failure")
        assert failure is not None
        assert failure.text == "<script>alert(1)</script>��[31m� ]]> & \"'"

    def test_points_that_are_not_known_are_no_zero(self) -> None:
        document = ET.fromstring(junit([row(Verdict.INFRA_ERROR, review_reasons=("ours",))]))  # noqa: S314

        values = {p.get("name"): p.get("value") for p in document.iter("property")}
        assert values == {"points": "", "max": "2", "look": "ours"}

    def test_a_row_that_could_not_be_read_is_no_green_suite(self) -> None:
        unread = replace(row(), points=None, review_reasons=("damaged",))

        suite = ET.fromstring(junit([unread]))[0]  # noqa: S314 - our own

        assert (suite.get("tests"), suite.get("errors")) == ("1", "1")
        assert suite.find("testcase/error").get("message") == "damaged"  # type: ignore[union-attr]

    def test_whoever_handed_in_nothing_is_skipped(self) -> None:
        suite = ET.fromstring(junit([replace(row(), handed_in=False)]))[0]  # noqa: S314

        assert (suite.get("errors"), suite.get("skipped")) == ("0", "1")

    def test_a_bonus_has_a_suite_of_its_own(self) -> None:
        suites = ET.fromstring(junit([row_with_bonus(Verdict.PASS)]))  # noqa: S314 - our own

        assert [suite.get("name") for suite in suites] == ["Ann", "Ann: bonus"]
        assert [suite.get("tests") for suite in suites] == ["1", "1"]
        assert suites[1].find("properties/property[@name='bonus']").get("value") == "3"  # type: ignore[union-attr]

    def test_a_bonus_that_nobody_began_fails_nothing(self) -> None:
        suites = ET.fromstring(junit([row_with_bonus(Verdict.FAIL)]))  # noqa: S314 - our own

        assert [suite.get("name") for suite in suites] == ["Ann"]
        assert suites[0].get("failures") == "0"


class TestGradescope:
    def test_a_bonus_is_told_and_adds_nothing_to_the_score(self) -> None:
        document = json.loads(gradescope(row_with_bonus(Verdict.PASS)))

        bonus = document["tests"][-1]
        assert document["score"] == 2
        assert (bonus["number"], bonus["status"]) == ("B1", "passed")
        assert "score" not in bonus
        assert "max_score" not in bonus
        assert bonus["output"] == "+3, not part of the score"

    def test_a_bonus_that_does_not_pass_is_no_failure(self) -> None:
        document = json.loads(gradescope(row_with_bonus(Verdict.FAIL)))

        assert "status" not in document["tests"][-1]

    def test_a_task_is_a_test_and_its_points_are_whole(self) -> None:
        document = json.loads(gradescope(row(Verdict.PASS, Verdict.FAIL)))

        (test,) = document["tests"]
        assert (test["score"], test["max_score"], test["status"]) == (0, 2, "failed")
        assert test["output"].startswith("1 of 2 tests pass; test_1: fail")
        assert document["score"] == 0

    def test_every_planned_task_is_there_also_one_not_handed_in(self) -> None:
        document = json.loads(gradescope(row()))

        assert document["tests"][0]["output"] == "not handed in"

    def test_late_work_has_the_score_of_the_policy(self) -> None:
        late = replace(row(Verdict.PASS), adjusted=1.5, days_late=1)

        document = json.loads(gradescope(late))

        assert document["score"] == 1.5
        assert document["output"] == "points: 2; days late: 1, points left: 1.5"


class TestHtml:
    def test_no_text_becomes_a_tag(self) -> None:
        documents = pages([row(Verdict.FAIL, name=HOSTILE)], contained=True, lang="en")

        for page in documents.values():
            assert "script" not in Tags(page).seen
            assert b"\x00" not in page

    def test_pages_fetch_nothing_and_run_nothing(self) -> None:
        page = pages([row(Verdict.PASS)], contained=True, lang="en")["index.html"].decode()

        assert "default-src 'none'" in page
        assert "http://" not in page
        assert "https://" not in page

    def test_the_map_links_to_each_persons_page(self) -> None:
        documents = pages([row(Verdict.PASS)], contained=True, lang="en")

        assert 'href="001-Ann.html"' in documents["index.html"].decode()
        assert "001-Ann.html" in documents

    def test_a_verdict_is_told_without_its_colour(self) -> None:
        documents = pages([row(Verdict.PASS), row(Verdict.FAIL)], contained=True, lang="en")

        page = documents["index.html"].decode()
        assert ">✔</td>" in page
        assert ">✘</td>" in page

    def test_an_uncontained_cohort_says_so(self) -> None:
        page = pages([row(Verdict.PASS)], contained=False, lang="en")["index.html"].decode()

        assert "NOT run in the sandbox" in page

    @pytest.mark.parametrize(
        ("verdict", "score"), [(Verdict.PASS, "2/2 +3"), (Verdict.FAIL, "2/2")]
    )
    def test_a_bonus_that_passes_is_shown_as_extra(self, verdict: Verdict, score: str) -> None:
        documents = pages([row_with_bonus(verdict)], contained=True, lang="en")

        assert f"<td>{score}</td>" in documents["index.html"].decode()
        person = documents["001-Ann.html"].decode()
        assert f"points {score}<" in person
        assert "bonus points" in person

    def test_they_speak_russian(self) -> None:
        page = pages([row(Verdict.FAIL)], contained=True, lang="ru")["001-Ann.html"].decode()

        assert '<html lang="ru">' in page
        assert "не проходит" in page
