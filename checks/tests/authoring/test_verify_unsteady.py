"""A run that is not as expected is run once more: what holds then is unsteady, and is named."""

import json
from collections import Counter
from pathlib import Path

import pytest

from checks.results.model import Results
from checks.tests.support.verified_day import (
    BOTH,
    BREAKS,
    FAILS,
    OTHER,
    PASSES,
    SKIPS,
    Runner,
    checks_verify,
    lines,
    runner,
)
from checks.tests.support.workbook import solution

__all__ = ["runner"]  # a fixture


SEEN_ONCE = pytest.mark.parametrize(
    ("name", "results", "claim", "message"),
    [
        ("days", PASSES, "1.1/starter", "passes test_x; gate it on a positive test"),
        ("days", OTHER, "1.1/starter", "the declared test test_x does not exist"),
        ("days", BOTH, "1.1/starter", "the signature changed: test_y fail, was pass"),
        ("solutions", FAILS, "1.1/solution", "test_x fail: GET / is not there"),
        ("solutions", BREAKS, "1.1/solution", "test_x infra_error: Redis did not start"),
        ("late", PASSES, "1.1/mistakes/late", "passes: no test catches it"),
        ("late", OTHER, "1.1/mistakes/late", "the signature changed: test_x pass, was fail"),
        ("late", BREAKS, "1.1/mistakes/late", "the run broke: test_x infra_error: Redis did not"),
        ("other", FAILS, "1.1/alternatives/other", "is refused: test_x fail: GET / is not there"),
    ],
)


@SEEN_ONCE
def test_what_holds_at_the_second_try_holds_and_is_named(
    runner: Runner, name: str, results: Results, claim: str, message: str
) -> None:
    runner.planned[name] = [results]

    code, stdout = checks_verify()

    (line,) = lines(stdout)
    assert line.startswith(f"{claim} held only at the second try: {message}")
    assert (
        "1.1  starter fails, solution passes, contained not asked, engine not asked,"
        " mistakes 4/4, alternatives 1/1" in stdout
    )
    assert code == 0
    assert runner.count[name] == 2


@SEEN_ONCE
def test_what_does_not_hold_twice_is_a_problem(
    runner: Runner, name: str, results: Results, claim: str, message: str
) -> None:
    runner.planned[name] = [results, results]

    code, stdout = checks_verify()

    assert f"{claim}: {message}" in stdout
    assert "second try" not in stdout
    assert code == 1
    assert runner.count[name] == 2


def test_the_tests_of_an_earlier_day_have_a_second_try_too(runner: Runner, tmp_path: Path) -> None:
    solution(tmp_path, 2, {})
    runner.planned["earlier"] = [FAILS]

    code, stdout = checks_verify("day2")

    message = "held only at the second try: breaks 1.1: test_x fail: GET / is not there"
    assert lines(stdout) == [f"2.1/solution {message}"]
    assert code == 0


def test_a_problem_is_told_as_the_second_run_said_it(runner: Runner) -> None:
    runner.planned["late"] = [PASSES, BREAKS]

    _, stdout = checks_verify()

    assert lines(stdout) == [
        "1.1/mistakes/late: the run broke: test_x infra_error: Redis did not start"
    ]


def test_the_document_names_what_was_unsteady(runner: Runner) -> None:
    runner.planned = {"late": [PASSES], "days": [PASSES]}

    _, stdout = checks_verify("--json")

    task = json.loads(stdout.splitlines()[-1])["tasks"][0]
    assert task["unsteady"] == ["1.1/starter", "1.1/mistakes/late"]
    assert task["problems"] == []


def test_what_holds_runs_once_and_only_what_was_steady_is_remembered(runner: Runner) -> None:
    runner.planned["late"] = [PASSES]
    checks_verify()
    first = dict(runner.count)

    checks_verify()

    steady = ("days", "solutions", "m1", "m2", "m3", "other")
    assert first == {**dict.fromkeys(steady, 1), "late": 2}
    assert runner.count - Counter(first) == {"late": 1}


def test_strict_makes_a_problem_of_what_is_unsteady_and_says_it_once(runner: Runner) -> None:
    runner.planned["late"] = [PASSES]

    code, stdout = checks_verify("--strict")

    message = "1.1/mistakes/late held only at the second try: passes: no test catches it"
    assert lines(stdout) == [message]
    assert code == 1


def test_strict_tells_of_it_when_it_is_seen(runner: Runner) -> None:
    runner.planned["late"] = [PASSES]

    _, stdout = checks_verify("--strict", "--json")

    *claims, _ = map(json.loads, stdout.splitlines())
    assert [claim["claim"] for claim in claims if claim["faults"]] == ["1.1/mistakes/late"]
    message = "1.1/mistakes/late: held only at the second try: passes: no test catches it"
    assert [fault for claim in claims for fault in claim["faults"]] == [message]


def test_strict_has_no_word_against_what_is_steady(runner: Runner) -> None:
    code, stdout = checks_verify("--strict")

    assert lines(stdout) == []
    assert code == 0


def test_what_this_machine_cannot_run_is_not_asked_twice_and_not_remembered(
    runner: Runner,
) -> None:
    names = ("days", "solutions", "late", "other")
    runner.planned = {name: [SKIPS, SKIPS] for name in names}

    codes = [checks_verify()[0], checks_verify()[0]]

    assert codes == [0, 0]
    assert [runner.count[name] for name in names] == [2, 2, 2, 2]


def test_each_claim_is_a_line_of_json_as_it_falls(runner: Runner) -> None:
    runner.planned["late"] = [PASSES, PASSES]

    _, stdout = checks_verify("--json")

    lines_of_claims = [json.loads(line) for line in stdout.splitlines()[:-1]]
    assert len(lines_of_claims) == 7
    assert {each["schema"] for each in lines_of_claims} == {"eventure/verify-claim/v1"}
    (late,) = (each for each in lines_of_claims if each["claim"] == "1.1/mistakes/late")
    assert "passes: no test catches it" in late["faults"][0]
