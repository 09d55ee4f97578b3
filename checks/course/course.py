"""The course as plain data: seven days, their tasks, and who owns which file.

The data for programs comes from each `day.toml` (`checks.course.manifest`), the text for people
from the statements (`checks.course.statements`). This module exports both.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from checks.course.manifest import (
    Day,
    Starter,
    Task,
    Text,
    check_together,
    is_bonus,
    read_day,
)
from checks.course.statements import Hint, Statement, check_pair, read_statement
from checks.errors import CourseError

__all__ = [
    "DAYS",
    "LANGUAGES",
    "Course",
    "Day",
    "Hint",
    "PlannedDay",
    "Starter",
    "Statement",
    "Task",
    "Text",
    "check_statements",
    "find_root",
    "is_bonus",
    "load_course",
    "planned_day",
    "read_statement",
    "validate_files",
]


LANGUAGES = ("en", "ru")
"""Every text for readers and learners exists in each of these languages."""


@dataclass(frozen=True)
class PlannedDay:
    """A day's number, folder and title, known before the day is written."""

    number: int
    folder: str
    title: Text


DAYS: tuple[PlannedDay, ...] = (
    PlannedDay(1, "day1-architecture", Text("Architecture", "Архитектура")),
    PlannedDay(2, "day2-database", Text("Database", "База данных")),
    PlannedDay(3, "day3-security", Text("Security", "Безопасность")),
    PlannedDay(4, "day4-testing", Text("Testing", "Тестирование")),
    PlannedDay(5, "day5-api-design", Text("API design", "Дизайн API")),
    PlannedDay(6, "day6-performance", Text("Performance", "Производительность")),
    PlannedDay(7, "day7-deployment", Text("Deployment", "Развёртывание")),
)


@dataclass(frozen=True)
class Course:
    """The written days, in order. Days of `DAYS` that are absent are not written yet."""

    root: Path
    days: tuple[Day, ...]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Every task of every written day, in the course's order."""
        return tuple(task for day in self.days for task in day.tasks)

    @property
    def required(self) -> tuple[Task, ...]:
        """The tasks without the bonus."""
        return tuple(task for day in self.days for task in day.required)

    @property
    def bonus(self) -> tuple[Task, ...]:
        """The bonus tasks, in order."""
        return tuple(task for day in self.days for task in day.bonus)

    def day(self, name: str) -> Day:
        """The day called "1", "day1" or "day1-architecture".

        Raises CourseError for a name that no day has and for a day that is not written yet.
        """
        planned = planned_day(name)
        for day in self.days:
            if day.number == planned.number:
                return day
        raise CourseError(f"{planned.folder} is not written yet; `checks` shows which days are")

    def task(self, task_id: str) -> Task:
        """The task with this id, in either case ("b2" is "B2"). Raises CourseError."""
        for task in self.tasks:
            if task.id == task_id.upper():
                return task
        known = ", ".join(task.id for task in self.tasks) or "none yet"
        raise CourseError(f"There is no task {task_id!r}; the tasks are: {known}")

    def task_day(self, task: Task) -> Day:
        """The day that a task belongs to."""
        return self.day(str(task.day))

    def select(
        self, names: Iterable[str], *, with_bonus: bool = True
    ) -> list[tuple[Day, tuple[Task, ...]]]:
        """Days with the tasks that names such as "day1" and "1.2" select, in the names' order.

        Without the bonus, a day's name selects what is required; a bonus task has to be named.
        """
        selection: dict[int, list[Task]] = {}
        for name in names:
            if re.fullmatch(r"\d+\.\d+|[Bb]\d", name):
                task = self.task(name)
                selection.setdefault(task.day, []).append(task)
            else:
                day = self.day(name)
                tasks = day.tasks if with_bonus else day.required
                selection.setdefault(day.number, []).extend(tasks)
        return [(self.day(str(n)), tuple(dict.fromkeys(tasks))) for n, tasks in selection.items()]


def planned_day(name: str) -> PlannedDay:
    """The day called "1", "day1" or "day1-architecture", or a path that ends so.

    Raises CourseError for any other name.
    """
    folder_name = name.rstrip("/").rsplit("/", 1)[-1]
    for planned in DAYS:
        if folder_name in (str(planned.number), f"day{planned.number}", planned.folder):
            return planned
    folders = ", ".join(planned.folder for planned in DAYS)
    raise CourseError(f"There is no day {name!r}; the days are: {folders}")


def find_root(start: Path | None = None) -> Path:
    """The workbook's folder: the nearest one, upwards, that holds one of the seven days.

    Raises CourseError when there is none.
    """
    current = (start or Path.cwd()).resolve()
    for folder in (current, *current.parents):
        trees = (folder / "days", folder / "solutions")
        if any((tree / day.folder).is_dir() for tree in trees for day in DAYS):
            return folder
    raise CourseError(
        f"{current} is not inside the workbook; change to the folder that holds days/"
    )


def load_course(root: Path, tree: str = "days") -> Course:
    """Read every `<tree>/<day>/day.toml` there is.

    Raises CourseError, with the file and the field, for a manifest that does not hold.
    """
    days = tuple(
        read_day(path, planned.number, path.relative_to(root).as_posix())
        for planned in DAYS
        if (path := root / tree / planned.folder / "day.toml").is_file()
    )
    check_together(days, tree)
    return Course(root, days)


def validate_files(course: Course, tree: str = "days") -> tuple[str, ...]:
    """One sentence for each file that a manifest names and the tree does not have.

    Files to edit are looked for in `solutions` only: a starter may lack what the learner makes.
    """
    return tuple(
        f"{tree}/{day.folder}/{path} is missing; task {task.id} in day.toml names it"
        for day in course.days
        for task in day.tasks
        for path in _named_files(task, tree)
        if not (course.root / tree / day.folder / path).is_file()
    )


def _named_files(task: Task, tree: str) -> Iterable[str]:
    yield from (task.test, task.statement, task.statement_in("ru"))
    if tree == "solutions":
        yield from (path for path in task.edit if "*" not in path)


def check_statements(course: Course, tree: str = "days") -> tuple[str, ...]:
    """One sentence for each way in which a statement breaks the form; empty when all hold."""
    return tuple(
        f"{tree}/{day.folder}/{problem}"
        for day in course.days
        for task in day.tasks
        for problem in check_pair(course.root / tree / day.folder, task)
    )
