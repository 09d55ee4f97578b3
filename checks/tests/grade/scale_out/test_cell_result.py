"""A result is believed when it is what the result model would write of this very cell."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from checks.grade.cell_run import cell_of
from checks.grade.scale_out.cell_result import BadResult, CellResult, read_result
from checks.results.model import Cause, Exchange, Results, TaskResult, TestResult, Verdict
from checks.tests.grade.cohorts import COURSE, DAY

KEY = "c" * 64
Change = Callable[[dict[str, Any]], object]


def result() -> CellResult:
    """A cell with a pass, and a failure with all its evidence."""
    exchange = Exchange("GET", "/x", "", 500, "oops", (("a", "b"),), 1.5, (("c", "d"),))
    cause = Cause("it fails", exchange, ("SELECT 1",), "app/x.py:3", code=("a", "b"))
    tests = (TestResult("1.1", "test_a", Verdict.PASS, 0.5),)
    failed = (TestResult("1.2", "test_b", Verdict.FAIL, 1, cause),)
    tasks = tuple(
        TaskResult(t.id, t.key, t.title.en, t.points, tests if t.id == "1.1" else failed)
        for t in DAY.tasks
    )
    return CellResult(cell_of(KEY, Results(DAY.folder, contained=True, tasks=tasks)), 4.5)


def changed(change: Change) -> bytes:
    document = json.loads(result().data)
    change(document)
    return json.dumps(document).encode()


def test_what_a_worker_writes_is_read_as_it_was() -> None:
    read = read_result(result().data, KEY, DAY, contained=True)

    assert read.seconds == 4.5
    assert json.loads(read.data) == json.loads(result().data)


TASK = ("day", "tasks", 0)


def at(*path: str | int) -> Callable[[dict[str, Any]], Any]:
    def find(document: Any) -> Any:
        for step in path:
            document = document[step]
        return document

    return find


CHANGES: dict[str, Change] = {
    "another schema": lambda d: d.update(schema="eventure/cell/v1"),
    "another cell": lambda d: d.update(key="d" * 64),
    "another day": lambda d: d["day"].update(day="day2-database"),
    "a task less": lambda d: d["day"]["tasks"].pop(),
    "more points than were earned": lambda d: at(*TASK)(d).update(points=99),
    "more points than the task has": lambda d: at(*TASK)(d).update(max_points=99, points=99),
    "a verdict of the task that its tests do not give": lambda d: at("day", "tasks", 1)(d).update(
        verdict="pass", points=at("day", "tasks", 1, "max_points")(d)
    ),
    "a verdict that there is not": lambda d: at(*TASK, "tests", 0)(d).update(verdict="great"),
    "a number for a text": lambda d: at(*TASK, "tests", 0)(d).update(name=5),
    "a text for a number": lambda d: at(*TASK, "tests", 0)(d).update(seconds="5"),
    "a field more": lambda d: at(*TASK)(d).update(html="<script>"),
    "no number": lambda d: at(*TASK, "tests", 0)(d).update(seconds=float("nan")),
    "a run outside the sandbox": lambda d: d["day"].update(contained=False),
    "no time": lambda d: d.pop("seconds"),
    "a time that is a text": lambda d: d.update(seconds="4.5"),
    "a time that is a truth value": lambda d: d.update(seconds=True),
    "a negative time of a test": lambda d: at(*TASK, "tests", 0)(d).update(seconds=-0.5),
    "a time of a test beyond a week": lambda d: at(*TASK, "tests", 0)(d).update(seconds=1e300),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_result_that_was_changed_is_not_believed(change: Change) -> None:
    with pytest.raises(BadResult):
        read_result(changed(change), KEY, DAY, contained=True)


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"[]", b"null", b"5", b"{}", b'{"day": []}', b"[" * 100_000]
)
def test_what_is_no_result_at_all_is_not_believed(data: bytes) -> None:
    with pytest.raises(BadResult):
        read_result(data, KEY, DAY, contained=True)


def test_a_result_of_another_day_s_tasks_is_not_believed() -> None:
    with pytest.raises(BadResult, match="its tasks are not those of day2-database"):
        read_result(result().data, KEY, COURSE.day("2"), contained=True)


def test_a_result_of_each_day_is_read_as_it_was() -> None:
    for day in COURSE.days:
        tasks = tuple(TaskResult(t.id, t.key, t.title.en, t.points, ()) for t in day.tasks)
        cell = cell_of(KEY, Results(day.folder, contained=True, tasks=tasks, notes=("a note",)))
        data = CellResult(cell, 0.0).data

        assert read_result(data, KEY, day, contained=True).data == data


@pytest.mark.parametrize(
    "seconds", ["NaN", "Infinity", "-Infinity", "1e999", "-1", "604801", "9" * 400]
)
def test_seconds_that_no_clock_measured_are_refused_with_a_sentence(seconds: str) -> None:
    data = result().data.replace(b'"seconds": 4.5', f'"seconds": {seconds}'.encode())

    with pytest.raises(BadResult, match="its seconds are no number from 0 to 604800"):
        read_result(data, KEY, DAY, contained=True)
