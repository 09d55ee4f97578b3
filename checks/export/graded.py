"""A graded cohort for the exporters: the gradebook's rows with the results of their tests."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from checks.grade.gradebook import Gradebook
from checks.grade.journal import Journal
from checks.grade.key import KeyParts
from checks.grade.lateness import Number
from checks.grade.row_facts import PERSON_FIELDS
from checks.grade.texts import clean, printable
from checks.results.model import TaskResult, TestResult, Verdict, cause_from

_NOT_IN_SLUG = re.compile(r"[^\w-]+")


@dataclass(frozen=True)
class GradedRow:
    """One row: the name, the points (None: not known), and each task's tests in order.

    `bonus` are the points of bonus tasks, which `points` and `max` leave out.
    `slug` is a file name, unique for each row. `adjusted` are the points with the late
    policy, where there is one; `person` has what identifies somebody to an LMS. `unjudged` are the
    tasks, by id, whose points are not known.
    """

    name: str
    slug: str
    points: int | None
    max: int
    review_reasons: tuple[str, ...]
    tasks: tuple[TaskResult, ...]
    bonus: int | None = 0
    adjusted: Number | None = None
    days_late: int | None = None
    submitted_at: str | None = None
    handed_in: bool = True
    person: Mapping[str, str] = field(default_factory=dict)
    unjudged: frozenset[str] = frozenset()

    @property
    def is_settled(self) -> bool:
        """Whether the row has a grade that may go to an LMS: nobody has to look at it first.

        Of a person who handed in nothing an LMS knows better: it has extensions and excuses.
        """
        return self.handed_in and not self.review_reasons and self.points is not None

    @property
    def grade(self) -> Number:
        """The points less what the late policy takes off. Only of a settled row."""
        points = self.points or 0
        return points if self.adjusted is None else self.adjusted

    @property
    def required(self) -> tuple[TaskResult, ...]:
        """The tasks that make up `points`."""
        return tuple(task for task in self.tasks if not task.is_bonus)

    @property
    def bonus_tasks(self) -> tuple[TaskResult, ...]:
        """The tasks whose points are extra."""
        return tuple(task for task in self.tasks if task.is_bonus)

    @property
    def score(self) -> str:
        """The points for a person: 50/70, and +2 where a bonus task passes; ? is not known."""
        points = "?" if self.points is None else self.points
        bonus = "?" if self.bonus is None else self.bonus
        return f"{points}/{self.max}" + (f" +{bonus}" if bonus else "")


def graded_rows(book: Gradebook, journal: Journal) -> Iterator[GradedRow]:
    """Each row of a gradebook, its cells read one at a time."""
    for number, row in enumerate(book["rows"], 1):
        cells = [journal.read(KeyParts(**parts).key) for parts in row["cells"].values()]
        results = {task["id"]: task for cell in cells if cell for task in cell.day["tasks"]}
        yield GradedRow(
            printable(row["name"]),
            f"{number:03}-{_NOT_IN_SLUG.sub('-', row['name']).strip('-')[:60] or 'row'}",
            row["points"],
            row["max"],
            tuple(map(clean, row["look"])),
            tuple(_task(task, results.get(task["id"])) for task in book["tasks"]),
            row.get("bonus", 0),
            row.get("adjusted"),
            row.get("days_late"),
            row.get("submitted_at"),
            row.get("handed_in", True),
            {name: printable(row.get("person", {}).get(name, "")) for name in PERSON_FIELDS},
            frozenset(_unjudged(row.get("tasks", {}))),
        )


def _unjudged(tasks: Mapping[str, Any]) -> Iterator[str]:  # Any: JSON
    return (task for task, grade in tasks.items() if grade["points"] is None)


def _task(task: Mapping[str, Any], result: Mapping[str, Any] | None) -> TaskResult:  # Any: JSON
    tests = tuple(map(_test, result["tests"])) if result else ()
    title = result["title"] if result else task["key"]
    return TaskResult(task["id"], task["key"], title, task["max"], tests)


def _test(data: Mapping[str, Any]) -> TestResult:
    cause = cause_from(data["cause"])
    return TestResult(data["task"], data["name"], Verdict(data["verdict"]), data["seconds"], cause)
