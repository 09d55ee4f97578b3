"""The gradebook: cells folded into a row a person, as data. The same cells give the same bytes."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from checks.course.course import Day
from checks.errors import CourseError
from checks.files import write_file
from checks.grade.cohort import Row
from checks.grade.journal import OURS, Journal
from checks.results.model import Verdict

SCHEMA = "eventure/gradebook/v1"
JSON, CSV = "gradebook.json", "gradebook.csv"
# what a spreadsheet takes for a formula (OWASP, CSV injection)
FORMULA = ("=", "+", "-", "@", "\t", "\r")

Book = Mapping[str, Any]  # Any: JSON


@dataclass(frozen=True)
class Grade:
    """What is known of one task of one submission; `points` is None while it is our failure."""

    points: int | None
    max: int
    verdict: str
    passed: int
    planned: int


def book(days: Sequence[Day], rows: Sequence[Row], journal: Journal, *, contained: bool) -> Book:
    """The gradebook as one document, rows by name."""
    return {
        "schema": SCHEMA,
        "contained": contained,
        "tasks": [
            {"id": t.id, "key": t.key, "day": d.folder, "max": t.points}
            for d in days
            for t in d.tasks
        ],
        "rows": [_row(days, row, journal) for row in rows],
    }


def _row(days: Sequence[Day], row: Row, journal: Journal) -> dict[str, Any]:
    grades = dict(_grades(days, row, journal))
    look = list(_look(row, grades))
    return {
        "name": row.submission.name,
        # a sum with an unknown in it is no grade
        "points": None if look else sum(grade.points or 0 for grade in grades.values()),
        "max": sum(grade.max for grade in grades.values()),
        "look": look,
        "tasks": {task: asdict(grade) for task, grade in grades.items()},
        "cells": {folder: asdict(parts) for folder, parts in row.cells.items()},
    }


def _grades(days: Sequence[Day], row: Row, journal: Journal) -> Iterator[tuple[str, Grade]]:
    for day in days:
        parts = row.cells.get(day.folder)
        cell = journal.read(parts.key) if parts else None
        judged = {task["id"]: task for task in cell.day["tasks"]} if cell else {}
        for task in day.tasks:
            # unread work is no 0 either: somebody has to look at it
            nothing = Grade(None if row.problem else 0, task.points, Verdict.NOT_RUN, 0, 0)
            found = judged.get(task.id)
            yield task.id, _grade(found, task.points) if found else nothing


def _grade(task: Mapping[str, Any], most: int) -> Grade:
    tests = task["tests"]
    if task["verdict"] == Verdict.SKIPPED:  # what cannot run here is no part of the sum
        most = 0
    ours = any(Verdict(test["verdict"]) in OURS for test in tests)
    points = None if ours else min(task["points"], most)
    return Grade(points, most, task["verdict"], task["passed"], len(tests))


def _look(row: Row, grades: Mapping[str, Grade]) -> Iterator[str]:
    """Why a person has to look at this row, in sentences."""
    if row.problem:
        yield row.problem
        return
    unknown = [task for task, grade in grades.items() if grade.points is None]
    if unknown:
        yield f"the checker itself failed on {', '.join(unknown)}; run the same command again"


def write(made: Book, out: Path) -> None:
    """Write the gradebook as JSON and as CSV; each replaces the former one whole."""
    text = json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    try:
        write_file(out / JSON, text.encode())
        write_file(out / CSV, as_csv(made).encode())
    except OSError as error:
        raise CourseError(
            f"{out} cannot be written ({error.strerror}); choose another --out"
        ) from error


def load(out: Path) -> Book | None:
    """The gradebook that was written there; None when there is none. Raises CourseError."""
    path = out / JSON
    try:
        found = json.loads(path.read_bytes())
        if found["schema"] == SCHEMA and isinstance(found["rows"], list):
            return dict(found)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise CourseError(
        f"{path} is no gradebook of this checker; move it away, or choose another --out"
    )


def as_csv(made: Book) -> str:
    """A line a person: points by task, and what a person has to look at. UTF-8, CRLF (RFC 4180).

    A cell that a spreadsheet would run as a formula begins with an apostrophe.
    """
    stream = io.StringIO()
    sheet = csv.writer(stream)
    ids = [task["id"] for task in made["tasks"]]
    sheet.writerow(["name", "points", "max", *ids, "look", "contained"])
    for row in made["rows"]:
        points = [row["tasks"][task]["points"] for task in ids]
        shown = ["" if each is None else each for each in points]
        look, contained = _cell("; ".join(row["look"])), "yes" if made["contained"] else "no"
        total = "" if row["points"] is None else row["points"]
        sheet.writerow([_cell(row["name"]), total, row["max"], *shown, look, contained])
    return stream.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
