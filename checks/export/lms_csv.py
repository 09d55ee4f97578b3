"""Grades as the CSV that Moodle and Canvas import.

Only settled rows are in it: both leave a person alone whom the file does not name, while an empty
grade beside a feedback would delete a grade in Moodle. Sources: docs.moodle.org, "Grade import";
Canvas' Instructor Guide, "How do I import grades in the Gradebook?".
"""

import csv
import io
from collections.abc import Iterable, Sequence

from checks.export.graded import GradedRow
from checks.grade.gradebook import cell
from checks.grade.texts import printable

MOODLE = ("Full name", "ID number", "Email address")
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_POSSIBLE = "    Points Possible"
"""The name, with its spaces, of the line in which Canvas writes the most that can be earned."""


def moodle(rows: Sequence[GradedRow], column: str) -> bytes:
    """The lines of everybody whom Moodle can find: by address, or by ID number."""
    lines = [
        [row.name, _number(row), row.person["email"], row.grade, _feedback(row)]
        for row in rows
        if can_find_in_moodle(row)
    ]
    return _csv([[*MOODLE, printable(column), "Feedback"], *lines])


def canvas(rows: Sequence[GradedRow], column: str) -> bytes:
    """The lines of everybody whom Canvas can find: by its own id, the SIS's, or the login."""
    maximum = max((row.max for row in rows), default=0)
    lines = [[row.name, *_canvas_ids(row), row.grade] for row in rows if can_find_in_canvas(row)]
    possible = [POINTS_POSSIBLE, "", "", "", "", maximum]
    return _csv([[*CANVAS, printable(column)], possible, *lines])


def can_find_in_moodle(row: GradedRow) -> bool:
    """Whether Moodle finds the person of a settled row."""
    return row.is_settled and bool(row.person["email"] or _number(row))


def can_find_in_canvas(row: GradedRow) -> bool:
    """Whether Canvas finds the person of a settled row."""
    return row.is_settled and any(row.person[key] for key in ("id", "number", "login"))


def _canvas_ids(row: GradedRow) -> list[str]:
    return [row.person[key] for key in ("id", "number", "login", "group")]


def _number(row: GradedRow) -> str:
    return row.person["number"] or row.person["id"]


def _feedback(row: GradedRow) -> str:
    """The points and what did not pass, in one line."""
    missed = [task.id for task in row.required if task.points < task.max_points]
    parts = [row.score]
    if row.grade != row.points:
        parts.append(f"days late: {row.days_late}, points left: {row.grade}")
    if missed:
        parts.append(f"not passed: {', '.join(missed)}")
    return "; ".join(parts)


def _csv(lines: Iterable[Sequence[object]]) -> bytes:
    stream = io.StringIO()
    sheet = csv.writer(stream)
    for line in lines:
        sheet.writerow([cell(value) if isinstance(value, str) else value for value in line])
    return stream.getvalue().encode()
