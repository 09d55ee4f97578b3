"""While a run goes on, the first test that does not pass is told of, once."""

import json
from pathlib import Path

import pytest

from checks.records import teller
from checks.results import TestResult

PASSED = {"task": "1.2", "name": "test_a", "verdict": "pass", "seconds": 0, "cause": None}
PLANNED = {**PASSED, "name": "test_b", "verdict": "not_run", "planned": True}
FAILED = {**PASSED, "name": "test_b", "verdict": "fail"}
BLOCKED = {**PASSED, "name": "test_c", "verdict": "blocked"}
LATER = {**PASSED, "name": "test_d", "verdict": "error"}


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [tmp_path / "1.jsonl", tmp_path / "2.jsonl"]


def write(file: Path, *records: dict[str, object]) -> None:
    with file.open("a") as sink:
        sink.writelines(json.dumps(record) + "\n" for record in records)


def test_what_passes_or_waits_is_not_told(files: list[Path]) -> None:
    heard: list[TestResult] = []
    look = teller(files, heard.append)

    look()
    write(files[0], PLANNED, PASSED, BLOCKED)
    look()

    assert heard == []


def test_a_failure_of_either_process_is_told_once(files: list[Path]) -> None:
    heard: list[TestResult] = []
    look = teller(files, heard.append)
    write(files[0], PASSED)
    write(files[1], FAILED)

    look()
    write(files[0], LATER)
    look()

    assert [test.name for test in heard] == ["test_b"]
