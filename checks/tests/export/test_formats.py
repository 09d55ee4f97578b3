"""The exports of a cohort: complete, escaped, and valid for the other systems."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from checks.export.gradescope import gradescope
from checks.export.junit import junit
from checks.results.model import Verdict
from checks.tests.support.graded_rows import row, row_with_bonus


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
