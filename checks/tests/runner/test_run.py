"""Open runs of day 1's tests on finished and broken trees: every test has a verdict."""

import json
from pathlib import Path

import pytest

from checks.results.model import Verdict
from checks.results.records import merge_records
from checks.runner.run import RunRequest, run
from checks.tests.support.day_one_trees import (
    DAY,
    SOLUTION,
    TASK,
    judge,
    prepend,
    solution,
    starter,
)

__all__ = ["solution", "starter"]  # fixtures


def test_an_app_that_does_not_import_says_why_once(solution: Path) -> None:
    prepend(solution, "app/main.py", "import no_such_module\n")

    first, *rest = judge(solution).tests

    assert first.verdict is Verdict.ERROR
    assert first.cause is not None
    assert "No module named 'no_such_module'" in first.cause.message
    assert all(t.verdict in (Verdict.ERROR, Verdict.BLOCKED) for t in rest)
    assert not any("no_such_module" in (t.cause.message if t.cause else "") for t in rest)


def test_a_hang_ends_with_the_frame_that_hung(
    solution: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTURE_REQUEST_SECONDS", "2")
    file = solution / "app/crud/task.py"
    spin = '"""Every status, in one query; the ones that no task has count 0."""'
    assert spin in file.read_text()
    file.write_text(file.read_text().replace(spin, f"{spin}\n    while True:\n        pass\n"))

    first = judge(solution).tests[0]

    assert first.verdict is Verdict.TIMEOUT
    assert first.cause is not None
    assert "app/crud/task.py" in first.cause.message
    assert "count_by_status" in first.cause.message


def test_a_failure_tells_request_response_statements_and_line(solution: Path) -> None:
    file = solution / "app/crud/task.py"
    good, bad = (f"Task.event_id == {x})\n        .group_by" for x in ("event_id", "1 / 0"))
    file.write_text(file.read_text().replace(good, bad))

    cause = judge(solution).tests[0].cause

    assert cause is not None
    assert cause.exchange is not None
    assert cause.exchange.path.endswith("/statistics")
    assert cause.exchange.status == 500
    assert "app/crud/task.py" in cause.frame
    assert any("FROM events" in statement for statement in cause.statements)


def test_a_planned_test_without_a_verdict_is_no_pass_and_no_fail(tmp_path: Path) -> None:
    planned = {"task": "1.2", "name": "TestX::test_y", "verdict": "not_run", "planned": True}
    written = tmp_path / "results.jsonl"
    written.write_text(json.dumps({**planned, "seconds": 0.0, "cause": None}) + "\n{cut o")

    (task,) = merge_records([TASK], [written], "", "en")

    assert [test.verdict for test in task.tests] == [Verdict.INFRA_ERROR]


def test_tests_behind_a_shut_gate_are_blocked(starter: Path) -> None:
    result = judge(starter)

    assert result.tests[0].verdict is Verdict.FAIL
    assert {t.verdict for t in result.tests} <= {Verdict.FAIL, Verdict.BLOCKED}
    assert any(t.verdict is Verdict.BLOCKED for t in result.tests)


def test_a_migration_that_breaks_is_told_and_every_test_has_a_verdict(solution: Path) -> None:
    first = min((solution / "migrations" / "versions").glob("0*.py")).relative_to(solution)
    prepend(solution, first.as_posix(), "raise RuntimeError('no table today')\n")

    results = run(RunRequest(DAY, (TASK,), SOLUTION, solution))

    assert results.notes == (), "the test process itself ends as it should"
    tests = results.tasks[0].tests
    assert {test.verdict for test in tests} == {Verdict.ERROR, Verdict.BLOCKED}
    assert tests[0].cause is not None
    assert "`alembic upgrade head` failed: RuntimeError: no table today" in tests[0].cause.message
