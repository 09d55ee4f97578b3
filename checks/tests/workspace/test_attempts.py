"""Attempts: each judged run of a task leaves a line, and a damaged line costs only itself."""

from pathlib import Path

import pytest

from checks.results.model import Results, TaskResult, TestResult, Verdict
from checks.workspace import attempts
from checks.workspace.attempts import (
    PATH,
    delete_attempts,
    read_attempts,
    record_attempts,
)


def results(*verdicts: Verdict) -> list[Results]:
    """A run of one task whose tests have these verdicts."""
    tests = tuple(TestResult("1.2", f"TestX::test_{n}", each) for n, each in enumerate(verdicts, 1))
    task = TaskResult("1.2", "a-key", "", 1, tests)
    return [Results("day1-architecture", contained=False, tasks=(task,))]


def test_a_run_leaves_its_verdict_its_count_and_the_first_failure(tmp_path: Path) -> None:
    record_attempts(tmp_path, results(Verdict.PASS, Verdict.FAIL, Verdict.FAIL))
    record_attempts(tmp_path, results(Verdict.PASS, Verdict.PASS, Verdict.PASS))

    first, second = read_attempts(tmp_path)

    assert (first.task, first.verdict, first.passed, first.total) == ("a-key", "fail", 1, 3)
    assert first.failure == "test_2"
    assert (second.verdict, second.failure) == ("pass", "")
    assert first.at <= second.at


def test_a_run_that_judged_nothing_is_no_attempt(tmp_path: Path) -> None:
    record_attempts(tmp_path, results(Verdict.INFRA_ERROR))

    assert read_attempts(tmp_path) == []


@pytest.mark.parametrize("damage", [b'{"at": ', b"\xff\xfe\n", b"[1]\n", b"{}\n"])
def test_a_damaged_line_is_left_out_and_the_others_stay(tmp_path: Path, damage: bytes) -> None:
    record_attempts(tmp_path, results(Verdict.FAIL))
    with (tmp_path / PATH).open("ab") as file:
        file.write(damage)

    record_attempts(tmp_path, results(Verdict.PASS))

    assert [each.verdict for each in read_attempts(tmp_path)] == ["fail", "pass"]


def test_the_file_keeps_the_newest_attempts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "SIZE_LIMIT", 1000)
    for _ in range(20):
        record_attempts(tmp_path, results(Verdict.FAIL))

    record_attempts(tmp_path, results(Verdict.PASS))

    assert (tmp_path / PATH).stat().st_size <= 1000
    assert read_attempts(tmp_path)[-1].verdict == "pass"


def test_after_a_deletion_there_are_none(tmp_path: Path) -> None:
    record_attempts(tmp_path, results(Verdict.FAIL))

    delete_attempts(tmp_path)
    delete_attempts(tmp_path)

    assert read_attempts(tmp_path) == []
