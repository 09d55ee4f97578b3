"""The board: seven days, every task, its points, and what to do next."""

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from checks.course.course import DAYS, Course, Day, PlannedDay, Task
from checks.messages.durations import duration
from checks.messages.messages import translate
from checks.results.model import Verdict
from checks.terminal.next_step import next_step

MARKS = {
    Verdict.PASS: ("✔ passes", "green"),
    Verdict.FAIL: ("✘ fails", "red"),
    Verdict.NOT_RUN: ("· not run", "dim"),
    Verdict.BLOCKED: ("· blocked", "yellow"),
    Verdict.SKIPPED: ("· skipped", "yellow"),
    Verdict.TIMEOUT: ("✘ hangs", "red"),
    Verdict.INFRA_ERROR: ("! broken run", "magenta"),
}


def mark(verdict: Verdict) -> tuple[str, str]:
    """A verdict as a symbol with a word, and its colour."""
    return MARKS.get(verdict, ("✘ error", "red"))


def render_board(
    course: Course,
    verdicts: Mapping[str, Verdict],
    lang: str = "en",
    at_hand: Task | None = None,
    only_day: Day | None = None,
) -> RenderableType:
    """The board; `verdicts` are the last known ones, by task key. 60 columns hold it.

    With `only_day` the tasks of the other days are left out, so that a terminal of 24 lines holds
    it. `at_hand` is where the next step is looked for, as in `next_task`.
    """
    table = _empty_table(lang)
    written = {day.number: day for day in course.days}
    for planned in DAYS:
        day = written.get(planned.number)
        _day_row(table, planned, day, verdicts, lang)
        if day is not None and only_day in (None, day):
            _task_rows(table, day.required, verdicts, lang)
    _bonus_row(table, course.bonus, verdicts, lang)
    if only_day is None:
        _task_rows(table, course.bonus, verdicts, lang)
    return Group(table, Text(), next_step(course, verdicts, lang, at_hand))


def render_tasks(
    tasks: Sequence[Task], verdicts: Mapping[str, Verdict], lang: str
) -> RenderableType:
    """Some tasks with their verdicts and points."""
    table = _empty_table(lang)
    _task_rows(table, tasks, verdicts, lang)
    return table


def _empty_table(lang: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False)
    table.add_column(translate("task", lang))
    table.add_column(translate("verdict", lang), no_wrap=True)
    table.add_column(translate("points", lang), justify="right", no_wrap=True)
    return table


def _day_row(
    table: Table, planned: PlannedDay, day: Day | None, verdicts: Mapping[str, Verdict], lang: str
) -> None:
    title = Text(f"{planned.number}  {planned.title.in_(lang)}", style="bold")
    if day is None:
        table.add_row(title, Text(translate("not written yet", lang), style="dim"), "")
        return
    total = sum(task.points for task in day.required)
    hours = Text(duration(sum(task.minutes for task in day.required), lang), style="dim")
    table.add_row(title, hours, f"{_earned(day.required, verdicts)}/{total}")


def _bonus_row(
    table: Table, tasks: Sequence[Task], verdicts: Mapping[str, Verdict], lang: str
) -> None:
    """The bonus tasks below the days: their points are added to nothing, so they have no sum."""
    if tasks:
        title = Text(f"B  {translate('Bonus', lang)}", style="bold")
        table.add_row(title, "", f"+{_earned(tasks, verdicts)}")


def _earned(tasks: Sequence[Task], verdicts: Mapping[str, Verdict]) -> int:
    return sum(task.points for task in tasks if verdicts.get(task.key) is Verdict.PASS)


def _task_rows(
    table: Table, tasks: Sequence[Task], verdicts: Mapping[str, Verdict], lang: str
) -> None:
    for task in tasks:
        label, colour = mark(verdicts.get(task.key, Verdict.NOT_RUN))
        points = task.points if verdicts.get(task.key) is Verdict.PASS else 0
        name = _hanging_title(task.id, task.title.in_(lang))
        verdict = Text(translate(label, lang), style=colour)
        table.add_row(name, verdict, f"{points}/{task.points}")


def _hanging_title(task_id: str, title: str) -> RenderableType:
    """A hanging indent: a long title wraps below itself, not below its number."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(task_id, title)
    return Padding(grid, (0, 0, 0, 2))
