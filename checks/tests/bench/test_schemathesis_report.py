"""What `make schemathesis` reads in a report, and what it accepts."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from checks.bench.schemathesis_report import Accepted, accepted_findings, entry_for, findings
from checks.errors import CourseError

CHECK = "positive_data_acceptance"
LISTED = Accepted(CHECK, "An event must end after it starts", "two fields")


def scenario(answer: object, status: str = "failure") -> str:
    """A line of the report: one request, one check, and the answer's JSON body."""
    failure = {"operation": "POST /events/", "message": "Valid data\nExpected: 2xx"}
    recorder: dict[str, Any] = {
        "checks": {"c1": [{"name": CHECK, "status": status, "failure_info": {"failure": failure}}]},
        "interactions": {
            "c1": {
                "response": {
                    "status_code": 422,
                    "content": {"$base64": base64.b64encode(json.dumps(answer).encode()).decode()},
                }
            }
        },
    }
    return json.dumps({"ScenarioFinished": {"recorder": recorder}})


def refusal(*messages: str) -> dict[str, object]:
    return {"detail": [{"msg": each} for each in messages]}


def test_a_refusal_that_is_listed_is_accepted() -> None:
    (one,) = findings([scenario({"detail": LISTED.refusal})])

    assert entry_for(one, [LISTED]) is LISTED


def test_pydantics_own_words_before_a_sentence_do_not_count() -> None:
    (one,) = findings([scenario(refusal(f"Value error, {LISTED.refusal}"))])

    assert entry_for(one, [LISTED]) is LISTED


def test_a_listed_reason_hides_no_other_one() -> None:
    (one,) = findings([scenario(refusal(LISTED.refusal, "String too long"))])

    assert entry_for(one, [LISTED]) is None


def test_the_same_words_of_another_check_are_not_accepted() -> None:
    (one,) = findings([scenario({"detail": LISTED.refusal})])

    assert entry_for(one, [Accepted("ignored_auth", LISTED.refusal, "no")]) is None


@pytest.mark.parametrize("answer", [[1], {}, {"detail": None}])
def test_an_answer_that_says_nothing_is_not_accepted(answer: object) -> None:
    (one,) = findings([scenario(answer)])

    assert entry_for(one, [LISTED]) is None


def test_a_check_that_holds_is_no_finding() -> None:
    assert not list(findings([scenario({}, "success")]))


def test_an_error_of_the_run_is_a_finding() -> None:
    (one,) = findings([json.dumps({"NonFatalError": {"label": "GET /events/"}})])

    assert str(one).startswith("GET /events/: NonFatalError")
    assert entry_for(one, [LISTED]) is None


def test_each_entry_of_the_list_has_a_reason() -> None:
    assert all(each.reason for each in accepted_findings())


def test_an_entry_without_a_reason_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "list.toml"
    file.write_text('[[accepted]]\ncheck = "c"\nrefusal = "r"\n', encoding="utf-8")

    with pytest.raises(CourseError, match="has no reason"):
        accepted_findings(file)
