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
from checks.grade.cell_run import cell_of
from checks.grade.journal import Cell
from checks.grade.scale_out.store import RESULT_LIMIT
from checks.results.model import Results

SCHEMA = "eventure/cell-result/v1"
_RESULTS = TypeAdapter(Results)


class BadResult(CourseError):
    """A result that is not believed; the message is the end of a sentence."""


@dataclass(frozen=True)
class CellResult:
    """A graded cell, the worker that graded it, and the seconds of wall time that this took."""

    cell: Cell
    worker: str
    seconds: float

    @property
    def data(self) -> bytes:
        """The result as it travels. Raises BadResult for one that is too large."""
        document = {"schema": SCHEMA, **asdict(self.cell)}
        data = _canonical({**document, "worker": self.worker, "seconds": self.seconds}).encode()
        if len(data) > RESULT_LIMIT:
            raise BadResult(f"the result is larger than {RESULT_LIMIT >> 20} MiB")
        return data


def read_result(data: bytes, key: str, day: Day, *, contained: bool) -> CellResult:
    """The result of this cell. Raises BadResult when it is none, or another cell's."""
    try:
        document = json.loads(data)
        worker, seconds = document["worker"], document["seconds"]
        if document["schema"] != SCHEMA or document["key"] != key:
            raise BadResult("it answers another question")
        if not isinstance(worker, str) or not isinstance(seconds, int | float) or seconds < 0:
            raise BadResult("it does not say who took how long")
        results = _RESULTS.validate_json(_canonical(document["day"]), strict=True)
    except (ValueError, KeyError, TypeError, RecursionError, ValidationError) as error:
        raise BadResult("it has not the form of a result") from error
    _require_day(results, day, contained=contained)
    cell = cell_of(key, results)
    if json.loads(_canonical(cell.day)) != document["day"]:
        raise BadResult("its verdicts and its points do not agree")
    return CellResult(cell, worker[:100], float(seconds))


def _require_day(results: Results, day: Day, *, contained: bool) -> None:
    """Refuse the results of another day, of other tasks, or of a run outside the sandbox."""
    said = [(task.id, task.key, task.title, task.max_points) for task in results.tasks]
    tasks = [(task.id, task.key, task.title.en, task.points) for task in day.tasks]
    if results.day != day.folder or said != tasks:
        raise BadResult(f"its tasks are not those of {day.folder}")
    if results.contained != contained:
        raise BadResult("it was not graded in the sandbox" if contained else "it was contained")


def _canonical(document: Any) -> str:
    """JSON that is the same text for the same value. Raises ValueError for a number such as NaN."""
    return json.dumps(document, sort_keys=True, ensure_ascii=True, allow_nan=False)
