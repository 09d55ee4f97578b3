"""Where a Docker engine answers, `checks verify` asks the solution on it too."""

import json
from typing import Any

import pytest

from checks.harness.app import docker_server
from checks.harness.app.limit_variables import ENGINE, ENGINE_LEFT_OUT
from checks.results.model import Verdict
from checks.tests.support.verified_day import PASSES, Runner, both, checks_verify, judged, runner

__all__ = ["runner"]  # a fixture

NEEDS_ENGINE = judged(Verdict.SKIPPED, "TestRunning::test_up", f"cannot run: {ENGINE_LEFT_OUT}")
OUTSIDE = both(PASSES, NEEDS_ENGINE)


def report(*options: str) -> tuple[int, dict[str, Any]]:
    """The exit code of a proof, and what it reports of its only task."""
    code, stdout = checks_verify("--json", *options)
    return code, json.loads(stdout.splitlines()[-1])["tasks"][0]


@pytest.fixture(autouse=True)
def _engine(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine answers, and one test of the solution needs it."""
    monkeypatch.setattr(docker_server, "answers", lambda: True)
    monkeypatch.setenv(ENGINE, "to be restored")
    monkeypatch.delenv(ENGINE)
    runner.planned["solutions"] = [OUTSIDE]


def test_the_tests_that_need_it_run_on_it(runner: Runner) -> None:
    code, task = report()

    assert (code, task["engine"]) == (0, "passes")
    assert runner.on_engine == [("TestRunning::test_up",)]


def test_a_solution_that_fails_on_it_is_a_problem(runner: Runner) -> None:
    wrong = judged(Verdict.FAIL, "TestRunning::test_up", "the API answers")
    runner.planned["engine"] = [wrong, wrong]

    code, task = report()

    assert (code, task["engine"]) == (1, "fails")
    assert task["problems"] == ["1.1/engine: TestRunning::test_up fail: the API answers"]


def test_what_it_lacks_an_image_for_is_said_and_not_remembered(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner.planned["engine"] = [judged(Verdict.SKIPPED, "TestRunning::test_up", "no image")] * 2

    assert report()[1]["engine"] == "skipped"
    monkeypatch.delenv(ENGINE)  # a command of its own begins without it
    assert report()[1]["engine"] == "skipped"

    assert len(runner.on_engine) == 2


@pytest.mark.parametrize(
    ("answers", "variable", "options"),
    [
        (False, "", ()),
        (True, "off", ()),
        (True, "", ("--no-engine",)),
        (True, "", ("--record",)),
    ],
)
def test_it_is_left_out(
    runner: Runner,
    monkeypatch: pytest.MonkeyPatch,
    answers: bool,
    variable: str,
    options: tuple[str, ...],
) -> None:
    monkeypatch.setattr(docker_server, "answers", lambda: answers)
    if variable:
        monkeypatch.setenv(ENGINE, variable)

    code, task = report(*options)

    assert (code, task["engine"]) == (0, "not asked")
    assert runner.on_engine == []


def test_the_other_claims_do_without_it(runner: Runner) -> None:
    report()

    assert runner.count["engine"] == 1
