"""Signatures of failures: `checks verify` compares them, and only `--record` writes them."""

import json

import pytest

from checks.cli import verify
from checks.diagnosis.signatures import Signature
from checks.tests.support.verified_day import (
    FAILS,
    OTHER,
    PASSES,
    Runner,
    checks_verify,
    runner,
)

__all__ = ["runner"]  # a fixture


def test_what_is_recorded_is_what_was_seen(runner: Runner) -> None:
    runner.planned["late"] = [PASSES]

    code, stdout = checks_verify("--record")

    assert "1.1/mistakes/late: passes: no test catches it" in stdout
    assert code == 1
    assert {name for name, count in runner.count.items() if count == 1} == {
        "days",
        "solutions",
        "other",
        "late",
    }


def test_a_changed_signature_is_a_problem_and_is_not_written(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[object] = []
    monkeypatch.setattr(verify, "save_signatures", saved.append)
    runner.planned["late"] = [OTHER, OTHER]

    code, stdout = checks_verify()

    assert "the signature changed: test_x pass, was fail; run `checks verify 1.1 --rec" in stdout
    assert code == 1
    assert saved == []


def test_a_recorded_signature_is_written_and_no_problem(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[dict[str, Signature]] = []
    monkeypatch.setattr(verify, "save_signatures", saved.append)
    runner.planned["late"] = [OTHER, OTHER]

    code, stdout = checks_verify("--record", "--json")

    document = json.loads(stdout.splitlines()[-1])
    assert [*document["problems"], *document["tasks"][0]["problems"]] == []
    assert code == 0
    assert saved[0]["1.1/mistakes/late"] == Signature({"test_y": "fail"}, "GET / is not there")


def test_a_mistake_that_shows_only_after_other_tests_is_recorded_so(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[dict[str, Signature]] = []
    monkeypatch.setattr(verify, "save_signatures", saved.append)
    runner.planned["late"] = [FAILS, PASSES]

    checks_verify("--record")

    assert not saved[0]["1.1/mistakes/late"].alone
    assert saved[0]["1.1/mistakes/m1"].alone


def test_a_malformed_statement_is_told_before_anything_runs(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "malformed_files", lambda *_: ["1.1.md: says nothing"])

    code, stdout = checks_verify("--json")

    assert json.loads(stdout)["problems"] == ["1.1.md: says nothing"]
    assert code == 1
    assert not runner.count
