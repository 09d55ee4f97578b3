"""Gradescope's `results.json`, a document for each person.

Every planned task is in it, since Gradescope shows nothing else. A task is one test of Gradescope:
its points are earned whole or not at all. A bonus task is a test without a score: Gradescope would
add it to the sum; its points stand in its output. The score on top is the one that counts; with a
late policy it is less than the sum. Source: docs/specs.md of gradescope/autograder_samples.
"""

import json
from typing import Any

from checks.export.graded import GradedRow
from checks.grade.texts import clean
from checks.results.model import TaskResult, Verdict


def gradescope(row: GradedRow) -> bytes:
    """One row's results. Only of a settled row: Gradescope makes a 0 of tests without points."""
    document: dict[str, Any] = {
        "score": row.grade,
        "output": _late(row),
        "output_format": "text",
        "test_output_format": "text",
        "visibility": "visible",
        "tests": [
            *(_test(task) for task in row.required),
            *(_bonus_test(task) for task in row.bonus_tasks),
        ],
    }
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _late(row: GradedRow) -> str:
    if row.grade == row.points:
        return ""
    return f"points: {row.points}; days late: {row.days_late}, points left: {row.grade}"


def _test(task: TaskResult) -> dict[str, Any]:
    passed, skipped = task.verdict is Verdict.PASS, task.verdict is Verdict.SKIPPED
    return {
        "number": task.id,
        "name": f"{task.id} {clean(task.title)}",
        "score": task.points,
        # A skipped task has no points, and neither passed nor failed.
        "max_score": 0 if skipped else task.max_points,
        **({} if skipped else {"status": "passed" if passed else "failed"}),
        "output": "" if passed else _output(task),
        "output_format": "text",
    }


def _bonus_test(task: TaskResult) -> dict[str, Any]:
    passed = task.verdict is Verdict.PASS
    return {
        "number": task.id,
        "name": f"{task.id} {clean(task.title)} (bonus)",
        **({"status": "passed"} if passed else {}),
        "output": f"+{task.points}, not part of the score" if passed else _output(task),
        "output_format": "text",
    }


def _output(task: TaskResult) -> str:
    failure = task.first_failure
    count = f"{task.passed} of {len(task.tests)} tests pass"
    if task.skipped and failure is None:
        return clean(task.skipped[0].cause.message if task.skipped[0].cause else "skipped")
    if failure is None:
        return "not handed in"
    message = failure.cause.message if failure.cause else ""
    return clean(f"{count}; {failure.name}: {failure.verdict}\n{message}")
