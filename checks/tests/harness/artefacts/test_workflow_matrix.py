"""The rows of a matrix, and what a job runs in them."""

from typing import Any

import pytest

from checks.harness.artefacts.workflow import Job
from checks.harness.artefacts.workflow_matrix import matrix_rows

TOOLS = ["mypy", "pytest"]


def job(matrix: object, run: str) -> Job:
    definition = {"steps": [{"run": run}], "strategy": {"matrix": matrix}}
    return Job("tests", definition, {}, "")


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (None, [{}]),
        ("${{ fromJSON(vars.X) }}", [{}]),
        ({"a": [1, 2], "exclude": [{"a": 1}]}, [{"a": 2}]),
        ({"a": [1], "exclude": [{"a": 1}]}, []),
        ({"a": [1], "b": [1, 2], "exclude": [{"a": 1}]}, []),
        ({"a": [1], "b": [1, 2], "exclude": [{"a": 1, "b": 2}]}, [{"a": 1, "b": 1}]),
        ({"a": [1], "exclude": [{"a": 1}], "include": [{"a": 1}]}, [{"a": 1}]),
        ({"a": [1], "exclude": [{"b": 1}]}, [{"a": 1}]),
        ({"a": [1], "exclude": "${{ fromJSON(vars.X) }}"}, [{"a": 1}]),
        ({"include": [{"a": 1}, {"b": 2}]}, [{"a": 1}, {"b": 2}]),
        ({"a": [1, 2], "include": [{"a": 1, "b": 3}]}, [{"a": 1, "b": 3}, {"a": 2}]),
        ({"a": [1, 2], "include": [{"b": 3}]}, [{"a": 1, "b": 3}, {"a": 2, "b": 3}]),
        ({"a": [1], "include": [{"a": 2, "b": 3}]}, [{"a": 1}, {"a": 2, "b": 3}]),
        ({"a": "${{ fromJSON(vars.X) }}"}, [{}]),
    ],
)
def test_the_rows_of_a_matrix(matrix: object, expected: list[dict[str, Any]]) -> None:
    assert matrix_rows(matrix) == expected


def test_an_excluded_row_runs_nothing() -> None:
    matrix = {"tool": TOOLS, "exclude": [{"tool": "pytest"}]}

    (command,) = job(matrix, "${{ matrix.tool }}").required_commands

    assert command.words == ("mypy",)


def test_a_job_without_a_row_runs_nothing() -> None:
    own = job({"tool": TOOLS, "exclude": [{"tool": each} for each in TOOLS]}, "mypy")

    assert not own.is_certain
    assert own.required_commands == []


def test_two_columns_are_combined_as_the_rows_combine_them() -> None:
    matrix = {"include": [{"tool": "mypy", "part": "."}, {"tool": "ruff", "part": "check"}]}

    words = [
        each.words for each in job(matrix, "${{matrix.tool}} ${{matrix.part}}").required_commands
    ]

    assert words == [("mypy", "."), ("ruff", "check")]
