"""The result model: what counts as passed, and what never becomes a silent zero."""

from checks.results.model import (
    Exchange,
    Results,
    TaskResult,
    TestResult,
    Verdict,
    as_json,
    cause_from,
)


def task(*verdicts: Verdict) -> TaskResult:
    tests = tuple(TestResult("1.2", f"test_{i}", verdict) for i, verdict in enumerate(verdicts))
    return TaskResult("1.2", "statistics", "Statistics", 2, tests)


def test_a_task_earns_its_points_only_when_every_test_has_passed() -> None:
    assert task(Verdict.PASS, Verdict.PASS).points == 2
    assert task(Verdict.PASS, Verdict.BLOCKED).points == 0


def test_a_task_without_tests_is_not_passed() -> None:
    assert task().verdict is Verdict.NOT_RUN
    assert task().points == 0


def test_the_first_verdict_that_is_no_pass_names_the_task() -> None:
    assert task(Verdict.PASS, Verdict.TIMEOUT, Verdict.FAIL).verdict is Verdict.TIMEOUT


def test_what_cannot_run_here_is_no_failure_and_no_pass() -> None:
    assert task(Verdict.PASS, Verdict.SKIPPED).verdict is Verdict.PASS
    assert task(Verdict.SKIPPED, Verdict.FAIL).verdict is Verdict.FAIL
    assert task(Verdict.SKIPPED, Verdict.SKIPPED).verdict is Verdict.SKIPPED
    assert task(Verdict.SKIPPED).points == 0


def test_a_run_of_what_cannot_run_has_not_passed() -> None:
    nothing, something = task(Verdict.SKIPPED), task(Verdict.PASS)

    assert not Results("day7-deployment", False, (nothing,)).passed
    assert Results("day7-deployment", False, (something, nothing)).passed


def test_a_run_of_nothing_has_not_passed() -> None:
    assert not Results("day1-architecture", False, ()).passed


def test_json_keeps_the_verdict_as_a_word() -> None:
    document = as_json([Results("day1-architecture", True, (task(Verdict.INFRA_ERROR),))])

    day = document["days"][0]
    assert day["contained"] is True
    assert day["tasks"][0]["verdict"] == "infra_error"
    assert day["tasks"][0]["tests"][0]["verdict"] == "infra_error"


def test_a_cause_survives_the_way_through_json() -> None:
    exchange = Exchange("GET", "/x", "", 404, "{}", (("Authorization", "Bearer a…"),))
    data: dict[str, object] = {
        "message": "m",
        "statements": ["SELECT 1"],
        "frame": "app/x.py:1",
        "log": "l",
    }
    data["exchange"] = {**vars(exchange), "headers": [["Authorization", "Bearer a…"]]}

    cause = cause_from(data)

    assert cause is not None
    assert cause.exchange == exchange
    assert cause.statements == ("SELECT 1",)
