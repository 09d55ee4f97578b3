"""The gradebook: a row for each submission, as data. The same cells give the same bytes."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from checks.course.course import Day, is_bonus
from checks.errors import CourseError
from checks.files import write_file
from checks.grade.cohort import Row
from checks.grade.journal import CHECKER_FAILURES, Cell, Journal
from checks.grade.lateness import Lateness
from checks.grade.row_facts import PERSON_FIELDS, late_facts, late_reasons, person_facts
from checks.grade.texts import clean, printable
from checks.results.model import Verdict

SCHEMA = "eventure/gradebook/v1"
JSON, CSV = "gradebook.json", "gradebook.csv"
REASON_LENGTH = 200
# A spreadsheet executes a cell that begins so (OWASP, CSV injection), and splits a line at the
# separator of its region: in Russian and German `;`.
FORMULA = re.compile(r"(?:^|(?<=[;,\t\r\n]))(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r])")

ON_TIME = Lateness()
Gradebook = Mapping[str, Any]  # Any: JSON


@dataclass(frozen=True)
class Grade:
    """One task of one submission; `points` is None when the checker failed on it."""

    points: int | None
    max: int
    verdict: str
    passed: int
    planned: int


def build_gradebook(
    days: Sequence[Day],
    rows: Sequence[Row],
    journal: Journal,
    *,
    contained: bool,
    lateness: Lateness = ON_TIME,
) -> Gradebook:
    """The gradebook as one document, rows by name."""
    return {
        "schema": SCHEMA,
        "contained": contained,
        "due": lateness.due.isoformat() if lateness.due else None,
        "late_policy": lateness.policy.text or None,
        "tasks": [
            {"id": t.id, "key": t.key, "day": d.folder, "max": t.points}
            for d in days
            for t in d.tasks
        ],
        "rows": [_row(days, row, journal, lateness) for row in rows],
    }


def _row(days: Sequence[Day], row: Row, journal: Journal, lateness: Lateness) -> dict[str, Any]:
    grades = dict(_grades(days, row, journal))
    required = [grade for task, grade in grades.items() if not is_bonus(task)]
    bonus = [grade for task, grade in grades.items() if is_bonus(task)]
    points, maximum = _sum(required), sum(grade.max for grade in required)
    late = late_facts(row, lateness, points, maximum)
    return {
        "name": row.submission.name,
        "handed_in": not row.submission.is_missing,
        "person": person_facts(row.submission.person),
        "points": points,
        "max": maximum,
        "bonus": _sum(bonus),
        **asdict(late),
        "look": [*_review_reasons(row, grades, journal), *late_reasons(row, lateness, late)],
        "tasks": {task: asdict(grade) for task, grade in grades.items()},
        "cells": {folder: asdict(parts) for folder, parts in row.cells.items()},
    }


def _sum(grades: Sequence[Grade]) -> int | None:
    """The points together; None without a grade of each: there is no sum then."""
    points = [grade.points for grade in grades]
    return None if None in points else sum(each or 0 for each in points)


def _grades(days: Sequence[Day], row: Row, journal: Journal) -> Iterator[tuple[str, Grade]]:
    for day in days:
        parts = row.cells.get(day.folder)
        cell = journal.read(parts.key) if parts else None
        results = {task["id"]: task for task in cell.day["tasks"]} if cell else {}
        for task in day.tasks:
            # only a day that was not handed in is a 0 without a run
            ungraded = row.problem or parts
            not_run = Grade(None if ungraded else 0, task.points, Verdict.NOT_RUN, 0, 0)
            result = results.get(task.id)
            yield task.id, _grade(result, task.points) if result else not_run


def _grade(task: Mapping[str, Any], max_points: int) -> Grade:
    tests = task["tests"]
    if task["verdict"] == Verdict.SKIPPED:  # a skipped task is no part of the sum
        max_points = 0
    failed_checker = any(Verdict(test["verdict"]) in CHECKER_FAILURES for test in tests)
    points = None if failed_checker else min(task["points"], max_points)
    return Grade(points, max_points, task["verdict"], task["passed"], len(tests))


def _review_reasons(row: Row, grades: Mapping[str, Grade], journal: Journal) -> Iterator[str]:
    """Why a person has to review this row, in sentences."""
    if row.problem:
        yield row.problem
        return
    if row.submission.note:
        yield row.submission.note
    ungraded = [task for task, grade in grades.items() if grade.points is None]
    if ungraded:
        cells = [journal.read(parts.key) for parts in row.cells.values()]
        causes = "; ".join(dict.fromkeys(filter(None, map(_failure, cells))))
        failed = f"the checker itself failed on {', '.join(ungraded)}"
        yield f"{failed}{f' ({causes})' if causes else ''}; run the same command again"


def _failure(cell: Cell | None) -> str:
    """Why the checker failed on a cell, in one line; "" when it did not, or left no cause."""
    tests = (test for task in cell.day["tasks"] for test in task["tests"]) if cell else ()
    for test in tests:
        if Verdict(test["verdict"]) in CHECKER_FAILURES and (cause := test.get("cause")):
            return printable(clean(" ".join(cause["message"].split())))[:REASON_LENGTH]
    return ""


def write(book: Gradebook, out: Path) -> None:
    """Write the gradebook as JSON and as CSV; each replaces the former one whole."""
    text = json.dumps(book, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    try:
        write_file(out / JSON, text.encode())
        write_file(out / CSV, as_csv(book).encode())
    except OSError as error:
        raise CourseError(
            f"{out} cannot be written ({error.strerror}); choose another --out"
        ) from error


def load(out: Path) -> Gradebook | None:
    """The gradebook in a folder; None when there is none. Raises CourseError."""
    path = out / JSON
    try:
        document = json.loads(path.read_bytes())
        if document["schema"] == SCHEMA and isinstance(document["rows"], list):
            return dict(document)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise CourseError(
        f"{path} is no gradebook of this checker; move it away, or choose another --out"
    )


def as_csv(book: Gradebook) -> str:
    """A line for each row: points by task, and reasons for a review. UTF-8, CRLF (RFC 4180).

    `bonus` is extra: it is no part of `points`. A column that would be empty in each row, such as
    those of a roster where there was none, is left out. A cell that a spreadsheet would run as a
    formula begins with an apostrophe.
    """
    stream = io.StringIO()
    sheet = csv.writer(stream)
    ids = [task["id"] for task in book["tasks"]]
    extra = ["bonus"] if any(map(is_bonus, ids)) else []
    person = [f for f in PERSON_FIELDS if any(row.get("person", {}).get(f) for row in book["rows"])]
    late = ["adjusted", "submitted_at", "days_late"] if book.get("due") else []
    sums = ["points", "max", *extra, *late]
    sheet.writerow(["name", *person, *sums, *ids, "look", "contained"])
    for row in book["rows"]:
        who = [cell(row["name"]), *(cell(row["person"][field]) for field in person)]
        points = [_blank_unknown(row["tasks"][task]["points"]) for task in ids]
        look = [] if row.get("handed_in", True) else ["not handed in"]
        reasons, contained = "; ".join([*look, *row["look"]]), "yes" if book["contained"] else "no"
        facts = [_blank_unknown(row.get(name)) for name in sums]
        sheet.writerow([*who, *facts, *points, cell(reasons), contained])
    return stream.getvalue()


def _blank_unknown(value: float | str | None) -> float | str:
    """A value, or nothing where it is not known; a gradebook of before the bonus has none."""
    return "" if value is None else value


def cell(text: str) -> str:
    """The text as a spreadsheet shows it, and never runs it."""
    return FORMULA.sub("'", text)
