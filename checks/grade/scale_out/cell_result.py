"""The result of a cell as it travels, and what has to hold of one before it is believed.

A store can be damaged, and other programs may write to it. A result is read as the result model
itself and has to be what that model would write: verdicts and points agree, and the tasks are those
of the day. No text in it can be executed; reports escape it as ever.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from checks.course.course import Day
from checks.errors import CourseError
from checks.grade.cell_run import cell_of, unjudged_cell
from checks.grade.journal import Cell
from checks.grade.scale_out.store import RESULT_LIMIT
from checks.results.model import Results

SCHEMA = "eventure/cell-result/v1"
SECONDS_LIMIT = 7 * 86_400
"""A week: a cell in doubt also waits for the others on its machine."""
_RESULTS = TypeAdapter(Results)


class BadResult(CourseError):
    """A result that is not believed; the message is the end of a sentence."""


@dataclass(frozen=True)
class CellResult:
    """A graded cell, and the seconds of wall time that this took; 0 for one that nobody graded."""

    cell: Cell
    seconds: float

    @property
    def data(self) -> bytes:
        """The result as it travels. Raises BadResult for one that is too large."""
        document = {"schema": SCHEMA, **asdict(self.cell)}
        data = _canonical({**document, "seconds": self.seconds}).encode()
        if len(data) > RESULT_LIMIT:
            raise BadResult(f"the result is larger than {RESULT_LIMIT >> 20} MiB")
        return data


def read_result(data: bytes, key: str, day: Day, *, contained: bool) -> CellResult:
    """The result of this cell. Raises BadResult when it is none, or another cell's."""
    try:
        document = json.loads(data)
        seconds = document["seconds"]
        if document["schema"] != SCHEMA or document["key"] != key:
            raise BadResult("it answers another question")
        if not _is_duration(seconds):
            raise BadResult(f"its seconds are no number from 0 to {SECONDS_LIMIT}")
        results = _RESULTS.validate_json(_canonical(document["day"]), strict=True)
    except (ValueError, KeyError, TypeError, RecursionError, ValidationError) as error:
        raise BadResult("it has not the form of a result") from error
    _require_day(results, day, contained=contained)
    cell = cell_of(key, results)
    if json.loads(_canonical(cell.day)) != document["day"]:
        raise BadResult("its verdicts and its points do not agree")
    return CellResult(cell, float(seconds))


def refused_result(key: str, day: Day, error: BadResult, *, contained: bool) -> CellResult:
    """A cell to look at in the place of a result that is not believed."""
    reason = f"a worker's result is not believed: {error}"
    return CellResult(unjudged_cell(key, day, reason, contained=contained), 0.0)


def _is_duration(seconds: object) -> bool:
    """Whether it is a number that a clock can have measured; NaN and Infinity are none."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return False
    return 0 <= seconds <= SECONDS_LIMIT


def _require_day(results: Results, day: Day, *, contained: bool) -> None:
    """Refuse the results of another day, of other tasks, or of a run outside the sandbox."""
    said = [(task.id, task.key, task.title, task.max_points) for task in results.tasks]
    tasks = [(task.id, task.key, task.title.en, task.points) for task in day.tasks]
    if results.day != day.folder or said != tasks:
        raise BadResult(f"its tasks are not those of {day.folder}")
    if not all(_is_duration(test.seconds) for task in results.tasks for test in task.tests):
        raise BadResult(f"the seconds of a test are no number from 0 to {SECONDS_LIMIT}")
    if results.contained != contained:
        raise BadResult("it was not graded in the sandbox" if contained else "it was contained")


def _canonical(document: Any) -> str:
    """JSON that is the same text for the same value. Raises ValueError for a number such as NaN."""
    return json.dumps(document, sort_keys=True, ensure_ascii=True, allow_nan=False)
