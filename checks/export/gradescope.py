"""Gradescope's `results.json`, a document for each person.

Every planned test is there, since Gradescope shows only what it is told. A task is one test of
theirs: its points are earned whole or not at all. Source: Gradescope's autograder specification.
"""

import json
from typing import Any

from checks.export.graded import Graded, clean
from checks.results.model import TaskResult, Verdict


def gradescope(row: Graded) -> bytes:
    """One person's results; a row that a person has to look at has no score of its own."""
    document: dict[str, Any] = {
        "output": "\n".join(row.look),
        "output_format": "text",
        "test_output_format": "text",
        "visibility": "visible",
        "tests": [_test(task) for task in row.tasks],
    }
    if row.points is not None:
        document["score"] = row.points
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _test(task: TaskResult) -> dict[str, Any]:
    passed, skipped = task.verdict is Verdict.PASS, task.verdict is Verdict.SKIPPED
    return {
        "number": task.id,
        "name": f"{task.id} {clean(task.title)}",
        "score": task.points,
        # What could not run is worth nothing here, and neither passed nor failed.
        "max_score": 0 if skipped else task.max_points,
        **({} if skipped else {"status": "passed" if passed else "failed"}),
        "output": "" if passed else _output(task),
        "output_format": "text",
    }


def _output(task: TaskResult) -> str:
    first = task.first_failure
    counted = f"{task.passed} of {len(task.tests)} tests pass"
    if task.skipped and first is None:
        return clean(task.skipped[0].cause.message if task.skipped[0].cause else "skipped")
    if first is None:
        return "not handed in"
    said = first.cause.message if first.cause else ""
    return clean(f"{counted}; {first.name}: {first.verdict}\n{said}")
