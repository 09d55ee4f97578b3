"""What goes to Moodle, Canvas, GitHub and Classroom 50, against their published forms.

The forms are written here as JSON Schemas, each beside the source that they were read from; the
CSVs are compared with whole files in the form of the LMS's own export.
"""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest

from checks.export.github import autograding, classroom50
from checks.export.graded import GradedRow
from checks.export.gradescope import gradescope
from checks.export.lms_csv import can_find_in_canvas, can_find_in_moodle, canvas, moodle
from checks.results.model import Cause, TaskResult, TestResult, Verdict

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PERSON = {
    "email": "a.smith@example.org",
    "id": "67",
    "number": "1001",
    "login": "asmith",
    "participant": "12345",
    "group": "B-1",
}
# gradescope/autograder_samples, docs/specs.md
VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
GRADESCOPE = {
    "type": "object",
    "required": ["score", "tests"],
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "visibility": VISIBILITY,
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "dependentRequired": {"score": ["max_score"], "max_score": ["score"]},
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": FORMAT,
                },
            },
        },
    },
}
# the README of github-education-resources/autograding-grading-reporter, and its sources
GITHUB = {
    "type": "object",
    "required": ["version", "status", "max_score", "tests"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": 1},
        "status": {"enum": ["pass", "fail", "error"]},
        "max_score": {"type": "integer", "minimum": 1},
        "tests": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name", "status", "message", "test_code", "filename", "line_no"],
                "properties": {
                    "status": {"enum": ["pass", "fail", "error"]},
                    "score": {"type": "integer"},
                    "line_no": {"type": "integer"},
                    "message": {"type": "string", "maxLength": 500},
                },
            },
        },
    },
}
# foundation50/classroom50: the wiki, Advanced-Autograding.md, and validate_result in runner.py
WORD = {"type": "string", "minLength": 1}
CLASSROOM50 = {
    "type": "object",
    "required": [
        *("schema", "classroom", "assignment", "submission", "commit", "release", "review"),
        *("datetime", "score", "max-score", "tests"),
    ],
    "additionalProperties": False,
    "properties": {
        "schema": {"const": "classroom50/result/v1"},
        **dict.fromkeys(
            ("classroom", "assignment", "submission", "commit", "release", "review"), WORD
        ),
        "datetime": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        "score": {"type": "integer"},
        "max-score": {"type": "integer"},
        "tests": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["test-name", "passed", "score", "max-score"],
                "properties": {
                    "test-name": WORD,
                    "passed": {"type": "boolean"},
                    "score": {"type": "integer"},
                    "max-score": {"type": "integer"},
                },
            },
        },
    },
}
HOSTILE = "=cmd|' /C calc'!A0\x00\x1b[31m\ud800\u202e" * 40


def row(*verdicts: Verdict, name: str = "Anna Smith", title: str = "Statistics") -> GradedRow:
    """A row with a task of two points for each verdict, and a bonus task that passes."""
    tasks = tuple(task(f"1.{number}", verdict, title) for number, verdict in enumerate(verdicts, 1))
    points = sum(each.points for each in tasks)
    tasks += (task("B1", Verdict.PASS, title),)
    return GradedRow(name, "001-row", points, 2 * len(verdicts), (), tasks, 2, person=PERSON)


def task(task_id: str, verdict: Verdict, title: str) -> TaskResult:
    test = TestResult(task_id, "test_it", verdict, 0.25, Cause(HOSTILE))
    return TaskResult(task_id, "key", title, 2, (test,))


def documents(graded: GradedRow) -> dict[str, Any]:
    environ = {"CLASSROOM": "c", "COMMIT_URL": "https://example.org/1"}
    return {
        "gradescope": json.loads(gradescope(graded)),
        "github": json.loads(autograding(graded)),
        "classroom50": json.loads(classroom50(graded, environ, NOW)),
    }


SCHEMAS = {"gradescope": GRADESCOPE, "github": GITHUB, "classroom50": CLASSROOM50}


@pytest.mark.parametrize("form", SCHEMAS)
@pytest.mark.parametrize("verdict", [each for each in Verdict if each is not Verdict.INFRA_ERROR])
@pytest.mark.parametrize("title", ["Statistics", HOSTILE])
def test_each_document_is_of_the_published_form(form: str, verdict: Verdict, title: str) -> None:
    document = documents(row(verdict, Verdict.PASS, title=title))[form]

    jsonschema.validate(document, SCHEMAS[form])


@pytest.mark.parametrize("form", SCHEMAS)
def test_nobody_is_deceived_by_what_an_app_printed(form: str) -> None:
    text = json.dumps(documents(row(Verdict.FAIL, title=HOSTILE))[form], ensure_ascii=False)

    assert not set("\x00\x1b\ud800\u202e").intersection(text)


class TestGithub:
    def test_the_points_are_those_of_the_row(self) -> None:
        document = documents(row(Verdict.PASS, Verdict.FAIL, Verdict.TIMEOUT))["github"]

        assert (document["status"], document["max_score"]) == ("fail", 6)
        assert [test["status"] for test in document["tests"]] == ["pass", "fail", "error"]
        assert sum(test["score"] for test in document["tests"]) == 2


class TestClassroom50:
    def test_the_runner_s_variables_are_in_it(self) -> None:
        document = documents(row(Verdict.PASS))["classroom50"]

        assert (document["classroom"], document["assignment"]) == ("c", "not given")
        assert document["review"] == document["commit"] == "https://example.org/1"
        assert (document["score"], document["max-score"]) == (2, 2)

    def test_the_time_is_that_of_the_submission(self) -> None:
        late = replace(row(Verdict.PASS), submitted_at="2026-03-01T18:00:00+03:00")

        assert documents(late)["classroom50"]["datetime"] == "2026-03-01T15:00:00Z"


class TestMoodle:
    def test_the_file_is_what_the_grade_import_maps(self) -> None:
        rows = [row(Verdict.PASS, Verdict.FAIL), row(Verdict.PASS, name="Ольга, О.")]

        assert moodle(rows, "Day 1").decode() == (
            "Full name,ID number,Email address,Day 1,Feedback\r\n"
            "Anna Smith,1001,a.smith@example.org,2,2/4 +2; not passed: 1.2\r\n"
            '"Ольга, О.",1001,a.smith@example.org,2,2/2 +2\r\n'
        )

    def test_late_work_has_the_adjusted_points(self) -> None:
        late = replace(row(Verdict.PASS), adjusted=1.5, days_late=2)

        (line,) = csv.DictReader(io.StringIO(moodle([late], "Grade").decode()))

        assert (line["Grade"], line["Feedback"]) == (
            "1.5",
            "2/2 +2; days late: 2, points left: 1.5",
        )


class TestCanvas:
    def test_the_file_is_in_the_form_of_canvas_own_export(self) -> None:
        assert canvas([row(Verdict.PASS, Verdict.FAIL)], "Day 1 (4711)").decode() == (
            "Student,ID,SIS User ID,SIS Login ID,Section,Day 1 (4711)\r\n"
            "    Points Possible,,,,,4\r\n"
            "Anna Smith,67,1001,asmith,B-1,2\r\n"
        )


@pytest.mark.parametrize("write", [moodle, canvas])
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\uff1d", "\t", "\r"])
@pytest.mark.parametrize("before", ["", " ", "Ann;", "Ann; ", "Ann,", "Ann\t", 'Ann";'])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_is_a_formula(write: Any, start: str, before: str, separator: str) -> None:
    """A spreadsheet splits the lines at the separator of its region, whatever was written."""
    name = f"{before}{start}1+1"
    text = write([row(Verdict.PASS, name=name)], name).decode()

    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    cells = [cell for line in lines for cell in line]
    assert not [cell for cell in cells if cell.lstrip(" ").startswith(start)]


@pytest.mark.parametrize("can_find", [can_find_in_moodle, can_find_in_canvas])
@pytest.mark.parametrize(
    "change",
    [
        {"review_reasons": ("look",)},
        {"points": None},
        {"handed_in": False},
        {"person": dict.fromkeys(PERSON, "")},
    ],
    ids=["to look at", "not judged", "not handed in", "nobody knows who"],
)
def test_a_row_without_a_grade_or_a_person_is_left_out(can_find: Any, change: Any) -> None:
    assert can_find(row(Verdict.PASS))
    assert not can_find(replace(row(Verdict.PASS), **change))
    assert "Anna" not in moodle([replace(row(Verdict.PASS), **change)], "Grade").decode()
    assert "Anna" not in canvas([replace(row(Verdict.PASS), **change)], "Grade").decode()
