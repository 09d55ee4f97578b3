"""A graded cohort as every exporter takes it: the book's rows with the cells behind them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checks.grade.gradebook import Book
from checks.grade.journal import Journal
from checks.grade.key import Parts
from checks.results.model import TaskResult, TestResult, Verdict, cause_from

# what neither HTML nor XML 1.0 may hold: controls, lone surrogates, the two non-characters
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_PLAIN = re.compile(r"[^\w-]+")


@dataclass(frozen=True)
class Graded:
    """One row: the name, the points (None: not known), and each task's tests in order.

    `slug` is a name for files: plain, and of its own for each row.
    """

    name: str
    slug: str
    points: int | None
    max: int
    look: tuple[str, ...]
    tasks: tuple[TaskResult, ...]


def graded(book: Book, journal: Journal) -> Iterator[Graded]:
    """Each row of a gradebook, its cells read one at a time."""
    for number, row in enumerate(book["rows"], 1):
        cells = [journal.read(Parts(**parts).key) for parts in row["cells"].values()]
        judged = {task["id"]: task for cell in cells if cell for task in cell.day["tasks"]}
        yield Graded(
            clean(row["name"]),
            f"{number:03}-{_PLAIN.sub('-', row['name']).strip('-')[:60] or 'row'}",
            row["points"],
            row["max"],
            tuple(map(clean, row["look"])),
            tuple(_task(task, judged.get(task["id"])) for task in book["tasks"]),
        )


def clean(text: str) -> str:
    """The text without what no document may hold; a learner's app may have printed anything."""
    return _FORBIDDEN.sub("�", text)


def _task(task: Mapping[str, Any], found: Mapping[str, Any] | None) -> TaskResult:  # Any: JSON
    tests = tuple(map(_test, found["tests"])) if found else ()
    title = found["title"] if found else task["key"]
    return TaskResult(task["id"], task["key"], title, task["max"], tests)


def _test(data: Mapping[str, Any]) -> TestResult:
    cause = cause_from(data["cause"])
    return TestResult(data["task"], data["name"], Verdict(data["verdict"]), data["seconds"], cause)
