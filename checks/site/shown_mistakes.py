"""What the pages on the plan's faults show of each task: docs/bites.toml, looked up.

A table for each task names mistakes of its catalogue, and sections of the day's measurements.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.course.course import Course, Task
from checks.errors import CourseError
from checks.results.catalogue import Case, cases
from checks.site.measurements import read_sections

LIST = Path("docs/bites.toml")


@dataclass(frozen=True)
class Shown:
    """Of one task: all mistakes that its tests catch, those that are shown, what was measured."""

    mistakes: Sequence[Case]
    shown: Sequence[Case]
    measured: Sequence[str]


def read_shown(course: Course) -> dict[str, Shown]:
    """What is shown of each task, by its id.

    Raises CourseError for a task without a mistake, and for a name that nothing has.
    """
    tables = tomllib.loads((course.root / LIST).read_text(encoding="utf-8"))
    ids = [task.id for task in course.tasks]
    unknown = next((id_ for id_ in tables if id_ not in ids), None)
    if unknown:
        raise CourseError(f"{LIST}: there is no task {unknown}; take its table out")
    return {task.id: _shown(course, task, tables.get(task.id, {})) for task in course.tasks}


def _shown(course: Course, task: Task, table: Mapping[str, Sequence[str]]) -> Shown:
    mistakes = {case.name: case for case in cases(task.id, "mistakes")}
    names, measured = table.get("mistakes", ()), table.get("measured", ())
    sections = read_sections(course.root, task.day) if measured else {}
    _require(task, names, mistakes, "mistake in checks/catalogue")
    _require(task, measured, sections, f"section in docs/measurements/day{task.day}.py")
    if not names:
        raise CourseError(
            f"{LIST} shows no mistake of task {task.id}; name one that the plan makes"
        )
    return Shown([*mistakes.values()], [mistakes[name] for name in names], measured)


def _require(task: Task, names: Sequence[str], known: Mapping[str, object], kind: str) -> None:
    for name in names:
        if name not in known:
            choice = f"name one of {', '.join(known)}"
            raise CourseError(f"{LIST}: task {task.id} has no {kind} called {name}; {choice}")
