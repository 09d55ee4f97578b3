"""`day.toml` as plain data: the part of a day and its tasks that programs read.

A manifest is read whole and strictly. A key that is unknown, missing or of the wrong type raises a
CourseError that names the file, the task and the key.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.course.strict_toml import Table, read_table
from checks.errors import CourseError

_TASK_ID = re.compile(r"(?P<day>[1-7])\.[1-9]\d*|B[1-9]")
_KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SUPERSEDED = re.compile(r"day[1-7]\S* \S+ \S+")
_GLOB_PARTS = re.compile(r"(\*\*/|\*\*|\*|\?)")
_GLOB_REGEX = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@dataclass(frozen=True)
class Text:
    """One text in both languages of the course."""

    en: str
    ru: str

    def in_(self, lang: str) -> str:
        """Russian for "ru", English for anything else."""
        return self.ru if lang == "ru" else self.en


@dataclass(frozen=True)
class Starter:
    """Why the starter fails: this test, with a message that contains `says`."""

    test: str
    says: str


def is_bonus(task_id: str) -> bool:
    """Whether the id is a bonus task's, B1. No sum of points, no grade and no "done" needs one."""
    return task_id.startswith("B")


@dataclass(frozen=True)
class Task:
    """One exercise. `key` never changes; `id` may. Paths are relative to the day's folder.

    `whole` are files of the answer that the starter lacks and no marker can stand in, as in JSON.
    """

    id: str
    key: str
    day: int
    title: Text
    points: int
    minutes: int
    edit: tuple[str, ...]
    test: str
    statement: str
    builds_on: tuple[str, ...]
    starter: Starter
    supersedes: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()

    @property
    def is_bonus(self) -> bool:
        """Whether the points are extra."""
        return is_bonus(self.id)

    def statement_in(self, lang: str) -> str:
        """The statement's path in a language: `x.md`, and `x.ru.md` beside it."""
        return self.statement.removesuffix(".md") + ".ru.md" if lang == "ru" else self.statement


@dataclass(frozen=True)
class Day:
    """A written day. `learner` holds the globs of the learner's own files."""

    number: int
    folder: str
    title: Text
    learner: tuple[str, ...]
    tasks: tuple[Task, ...]

    @property
    def required(self) -> tuple[Task, ...]:
        """The tasks that the day consists of: what it takes to have done it."""
        return tuple(task for task in self.tasks if not task.is_bonus)

    @property
    def bonus(self) -> tuple[Task, ...]:
        """The tasks that come on top."""
        return tuple(task for task in self.tasks if task.is_bonus)

    def owns(self, path: str) -> bool:
        """Whether a path, relative to the day's folder, belongs to the learner."""
        return any(_glob(pattern).fullmatch(path) for pattern in self.learner)


def _glob(pattern: str) -> re.Pattern[str]:
    """`*` stays inside a folder, `**` crosses them, as in .gitignore."""
    parts = _GLOB_PARTS.split(pattern)
    regex = "".join(_GLOB_REGEX.get(part, re.escape(part)) for part in parts)
    return re.compile(regex, re.DOTALL)  # a file's name may hold a line end


def read_day(path: Path, number: int, name: str) -> Day:
    """The day that a `day.toml` describes; `name` is the file's name in errors.

    Raises CourseError for a file that cannot be read and for a field that does not hold.
    """
    table = read_table(path, name)
    table.allow_only("day", "title", "learner", "tasks")
    table.require(table.number("day") == number, "day", f"{number}, as its folder says")
    tasks = table.get("tasks")
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise CourseError(f"{name}: `tasks` must be written as [[tasks]] tables")
    learner = table.texts("learner")
    day = Day(number, path.parent.name, _title(table), learner, ())
    return Day(
        day.number, day.folder, day.title, learner, tuple(_task(t, name, day) for t in tasks)
    )


def _task(data: dict[str, object], name: str, day: Day) -> Task:
    table = Table(data, f"{name}, task {data.get('id', 'without id')}")
    required = [field for field in Task.__dataclass_fields__ if field != "day"]
    table.allow_only(*required)
    task = Task(
        id=table.text("id"),
        key=table.text("key"),
        day=day.number,
        title=_title(table),
        points=table.number("points"),
        minutes=table.number("minutes"),
        edit=table.texts("edit"),
        test=table.text("test"),
        statement=table.text("statement"),
        builds_on=table.texts("builds_on", default=()),
        starter=_starter(table.table("starter")),
        supersedes=_supersedes(table),
        whole=table.texts("whole", default=()),
    )
    _check_task(task, table, day)
    return task


def _title(table: Table) -> Text:
    title = table.table("title")
    title.allow_only("en", "ru")
    return Text(title.text("en"), title.text("ru"))


def _starter(table: Table) -> Starter:
    table.allow_only("test", "says")
    return Starter(table.text("test"), table.text("says"))


def _supersedes(table: Table) -> tuple[str, ...]:
    if "supersedes" not in table.data:
        return ()
    supersedes = table.table("supersedes")
    supersedes.allow_only("tests")
    return supersedes.texts("tests")


def _check_task(task: Task, table: Table, day: Day) -> None:
    match = _TASK_ID.fullmatch(task.id)
    day_number = str(day.number)
    table.require(
        match is not None and (match["day"] or day_number) == day_number,
        "id",
        f"like {day.number}.1 in day {day.number}, or B1 for a bonus",
    )
    table.require(bool(_KEY.fullmatch(task.key)), "key", "lower-case words joined by hyphens")
    table.require(task.statement.endswith(".md"), "statement", "a .md file")
    table.require(task.test.endswith(".py"), "test", "a .py file")
    for path in task.edit:
        table.require(day.owns(path), "edit", f"the learner's: no `learner` glob covers {path}")
    for path in task.whole:
        table.require(path in task.edit, "whole", f"among the files to edit, and {path} is not")
    for line in task.supersedes:
        rule = "lines of the form 'day1 1.2 test_name'"
        table.require(bool(_SUPERSEDED.fullmatch(line)), "supersedes", rule)


def check_together(days: Sequence[Day], tree: str) -> None:
    """Check the manifests against each other: unique names, references to earlier tasks only.

    A reference into a day that is not written yet is not checked. Raises CourseError.
    """
    written = {str(day.number) for day in days} | {"B"}
    seen: Counter[tuple[object, ...]] = Counter()
    for day in days:
        for task in day.tasks:
            where = f"{tree}/{day.folder}/day.toml, task {task.id}"
            for name, reference in _references(task):
                if reference[0] in written and not seen["id", reference]:
                    raise CourseError(f"{where}: `{name}` names {reference}, no earlier task")
            for unique_name in _unique_names(task):
                if seen[unique_name]:
                    raise CourseError(
                        f"{where}: {unique_name[0]} {unique_name[-1]!r} is used twice; rename one"
                    )
                seen[unique_name] += 1


def _references(task: Task) -> Iterator[tuple[str, str]]:
    yield from (("builds_on", reference) for reference in task.builds_on)
    yield from (("supersedes", line.split()[1]) for line in task.supersedes)


def _unique_names(task: Task) -> Iterator[tuple[object, ...]]:
    yield from (("id", task.id), ("key", task.key))
    yield from (("test", task.day, task.test), ("statement", task.day, task.statement))
