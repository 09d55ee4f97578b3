"""A graded cohort for the exporters: the gradebook's rows with the results of their tests."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checks.grade.gradebook import Gradebook
from checks.grade.journal import Journal
from checks.grade.key import KeyParts
from checks.results.model import TaskResult, TestResult, Verdict, cause_from

# forbidden in HTML and XML 1.0: controls, lone surrogates, the two non-characters
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_SLUG = re.compile(r"[^\w-]+")


@dataclass(frozen=True)
class GradedRow:
    """One row: the name, the points (None: not known), and each task's tests in order.

    `bonus` are the points of bonus tasks, which `points` and `max` leave out.
    `slug` is a file name, unique for each row. `unjudged` are the tasks, by id, whose points are
    not known.
    """

    name: str
    slug: str
    points: int | None
    max: int
    review_reasons: tuple[str, ...]
    tasks: tuple[TaskResult, ...]
    bonus: int | None = 0
    unjudged: frozenset[str] = frozenset()

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
            clean(row["name"]),
            f"{number:03}-{_NOT_IN_SLUG.sub('-', row['name']).strip('-')[:60] or 'row'}",
            row["points"],
            row["max"],
            tuple(map(clean, row["look"])),
            tuple(_task(task, results.get(task["id"])) for task in book["tasks"]),
            row.get("bonus", 0),
            frozenset(task for task, grade in row["tasks"].items() if grade["points"] is None),
        )


def clean(text: str) -> str:
    """The text without characters that HTML and XML forbid; a learner's app may print any."""
    return _FORBIDDEN.sub("�", text)


def _task(task: Mapping[str, Any], result: Mapping[str, Any] | None) -> TaskResult:  # Any: JSON
    tests = tuple(map(_test, result["tests"])) if result else ()
    title = result["title"] if result else task["key"]
    return TaskResult(task["id"], task["key"], title, task["max"], tests)


def _test(data: Mapping[str, Any]) -> TestResult:
    cause = cause_from(data["cause"])
    return TestResult(data["task"], data["name"], Verdict(data["verdict"]), data["seconds"], cause)
