"""While a run goes on, the first failure is told of, and the verdicts once all have fallen."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.results.model import Results
from checks.results.records import ENDED, Listener, merge_records, watch_records
from checks.results.run_progress import Progress, ProgressReader
from checks.tests.support.day_one import STATISTICS

TASKS = (STATISTICS,)
PASSED = {"task": "1.2", "name": "test_a", "verdict": "pass", "seconds": 0, "cause": None}
PLANNED = {**PASSED, "name": "test_b", "verdict": "not_run", "planned": True}
FAILED = {**PASSED, "name": "test_b", "verdict": "fail"}
BLOCKED = {**PASSED, "name": "test_c", "verdict": "blocked"}
LATER = {**PASSED, "name": "test_d", "verdict": "error"}
GATE = {**PASSED, "name": "test_gate", "gate": True}

Notifications = list[str]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [tmp_path / "1.jsonl", tmp_path / "2.jsonl"]


@pytest.fixture
def notifications() -> Notifications:
    return []


@pytest.fixture
def poll(files: list[Path], notifications: Notifications) -> Callable[[], None]:
    """Looks once; what is told is heard, verdicts as `n passed`."""

    def results() -> Results:
        return Results("day1", contained=False, tasks=merge_records(TASKS, files, "", "en"))

    listener = Listener(
        lambda test: notifications.append(test.name),
        lambda results_: notifications.append(f"{results_.tasks[0].passed} passed"),
    )
    return watch_records(files, results, listener)


def write(file: Path, *records: dict[str, object]) -> None:
    with file.open("a") as sink:
        sink.writelines(json.dumps(record) + "\n" for record in records)


def end(*files: Path) -> None:
    for file in files:
        with file.open("a") as sink:
            sink.write(ENDED + "\n")


def test_what_passes_or_waits_is_not_told(
    files: list[Path], poll: Callable[[], None], notifications: Notifications
) -> None:
    poll()
    write(files[0], PLANNED, PASSED, BLOCKED)
    poll()

    assert notifications == []


def test_a_failure_of_either_process_is_told_once(
    files: list[Path], poll: Callable[[], None], notifications: Notifications
) -> None:
    write(files[0], PASSED)
    write(files[1], FAILED)

    poll()
    write(files[0], LATER)
    poll()

    assert notifications == ["test_b"]


def test_a_failure_behind_a_gate_is_told_when_the_gate_has_passed(
    files: list[Path], poll: Callable[[], None], notifications: Notifications
) -> None:
    plan = [{**GATE, "planned": True, "verdict": "not_run"}, PLANNED]
    write(files[0], *plan)
    write(files[1], *plan, FAILED)
    poll()
    assert notifications == []

    write(files[0], GATE)
    poll()

    assert notifications == ["test_b"]


def test_a_failure_behind_a_gate_that_fails_is_never_told(
    files: list[Path], poll: Callable[[], None], notifications: Notifications
) -> None:
    plan = [{**GATE, "planned": True, "verdict": "not_run"}, PLANNED]
    write(files[0], *plan, {**GATE, "verdict": "fail"})
    write(files[1], *plan, FAILED)

    poll()

    assert notifications == ["test_gate"]


def test_the_verdicts_are_told_when_both_processes_have_judged_all(
    files: list[Path], poll: Callable[[], None], notifications: Notifications
) -> None:
    plan = [{**PASSED, "planned": True, "verdict": "not_run"}, PLANNED]
    write(files[0], *plan, PASSED)
    write(files[1], *plan, {**PLANNED, "planned": False, "verdict": "pass"})
    end(files[0])
    poll()
    assert notifications == []

    end(files[1])
    poll()
    poll()

    assert notifications == ["2 passed"]


def test_of_a_run_that_was_cut_short_no_verdicts_are_told(
    files: list[Path], poll: Callable[[], None], notifications: Notifications
) -> None:
    write(files[0], PASSED, PLANNED)
    end(*files)

    poll()

    assert notifications == []


def test_progress_counts_what_is_judged_and_names_a_test_that_takes_long() -> None:
    now = [0.0]
    reader = ProgressReader(lambda: now[0])
    file = Path("1.jsonl")
    second = {**PLANNED, "name": "TestX::test_c"}
    records = [PLANNED, second, {"started": "test_b"}, FAILED, {"started": "TestX::test_c"}]

    reader.read(file, [json.dumps(record).encode() for record in records])
    at_first = reader.progress()
    now[0] = 10.0

    assert at_first == Progress(1, 2)
    assert reader.progress() == Progress(1, 2, "test_c")


def test_a_line_that_was_cut_off_is_no_progress() -> None:
    reader = ProgressReader()

    reader.read(Path("1.jsonl"), [b'{"task": "1.2", "na'])

    assert reader.progress() == Progress(0, 0)
