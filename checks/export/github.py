"""The results of GitHub's autograding, and of Classroom 50, a document for each settled row.

A task is one test, and its points are earned whole or not at all; bonus tasks are left out, since
both add up what they see. Sources: the runners of `classroom-resources` and their reporter,
`autograding-grading-reporter`; foundation50/classroom50, wiki/Advanced-Autograding.md.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from checks.export.graded import GradedRow
from checks.grade.texts import clean
from checks.results.model import TaskResult, Verdict

SCHEMA = "classroom50/result/v1"
MESSAGE_LENGTH = 500
"""As the Python runner cuts its output."""
NOT_GIVEN = "not given"
STAMPS = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}
"""Fields of Classroom 50, and the variables in which its runner gives them."""


def autograding(row: GradedRow) -> bytes:
    """What a runner hands to the reporter, in base64, as its output `result`."""
    tests = [_runner_test(task) for task in row.required]
    passed = all(test["status"] == "pass" for test in tests)
    status = "pass" if passed else "fail"
    return _json({"version": 1, "status": status, "max_score": row.max, "tests": tests})


def _runner_test(task: TaskResult) -> dict[str, Any]:
    passed = task.verdict in (Verdict.PASS, Verdict.SKIPPED)
    wrong = "fail" if task.verdict in (Verdict.FAIL, Verdict.BLOCKED, Verdict.NOT_RUN) else "error"
    return {
        "name": _name(task),
        "status": "pass" if passed else wrong,
        "score": task.points,
        "message": "" if passed else _message(task),
        "test_code": "",
        "filename": "",
        "line_no": 0,
        "duration": round(sum(test.seconds for test in task.tests), 3),
    }


def classroom50(row: GradedRow, environ: Mapping[str, str], now: datetime) -> bytes:
    """`result.json`; points are raw and whole, since Classroom 50 has a deadline of its own."""
    stamps = {field: environ.get(name) or NOT_GIVEN for field, name in STAMPS.items()}
    if stamps["review"] == NOT_GIVEN:
        stamps["review"] = stamps["commit"]
    moment = datetime.fromisoformat(row.submitted_at) if row.submitted_at else now
    utc = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    tests = [_classroom_test(task) for task in row.required]
    document = {
        "schema": SCHEMA,
        **stamps,
        "datetime": utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }
    return _json(document)


def _classroom_test(task: TaskResult) -> dict[str, Any]:
    skipped = task.verdict is Verdict.SKIPPED
    return {
        "test-name": _name(task),
        "passed": task.verdict is Verdict.PASS,
        "score": task.points,
        "max-score": 0 if skipped else task.max_points,
    }


def _name(task: TaskResult) -> str:
    return clean(f"{task.id} {task.title}")


def _message(task: TaskResult) -> str:
    failure = task.first_failure
    if failure is None:
        return "not handed in"
    cause = f": {failure.cause.message}" if failure.cause else ""
    return clean(f"{failure.name}: {failure.verdict}{cause}")[:MESSAGE_LENGTH]


def _json(document: Mapping[str, Any]) -> bytes:
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
