"""The board: seven days, every task, its points, and what to do next."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from checks.course.course import DAYS, Course, Day, PlannedDay, Task
from checks.messages.messages import translate
from checks.results.model import NO_FAILURE, Verdict

MARKS = {
    Verdict.PASS: ("✔ passes", "green"),
    Verdict.FAIL: ("✘ fails", "red"),
    Verdict.NOT_RUN: ("· not run", "dim"),
    Verdict.BLOCKED: ("· blocked", "yellow"),
    Verdict.SKIPPED: ("· skipped", "yellow"),
    Verdict.TIMEOUT: ("✘ hangs", "red"),
    Verdict.INFRA_ERROR: ("! broken run", "magenta"),
}
REGION_MARKER = "region task "


def render_board(
    course: Course, verdicts: Mapping[str, Verdict], lang: str = "en"
) -> RenderableType:
    """The whole board; `verdicts` are the last known ones, by task key. 60 columns hold it."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False)
    table.add_column(translate("task", lang))
    table.add_column(translate("verdict", lang), no_wrap=True)
    table.add_column(translate("points", lang), justify="right", no_wrap=True)
    written = {day.number: day for day in course.days}
    for planned in DAYS:
        _day_rows(table, planned, written.get(planned.number), verdicts, lang)
    _bonus_rows(table, course.bonus, verdicts, lang)
    return Group(table, Text(), next_step(course, verdicts, lang))


def _day_rows(
    table: Table, planned: PlannedDay, day: Day | None, verdicts: Mapping[str, Verdict], lang: str
) -> None:
    title = Text(f"{planned.number}  {planned.title.in_(lang)}", style="bold")
    if day is None:
        table.add_row(title, Text(translate("not written yet", lang), style="dim"), "")
        return
    total = sum(task.points for task in day.required)
    table.add_row(title, "", f"{_earned(day.required, verdicts)}/{total}")
    _task_rows(table, day.required, verdicts, lang)


def _bonus_rows(
    table: Table, tasks: Sequence[Task], verdicts: Mapping[str, Verdict], lang: str
) -> None:
    """The bonus tasks below the days: their points are added to nothing, so they have no sum."""
    if tasks:
        title = Text(f"B  {translate('Bonus', lang)}", style="bold")
        table.add_row(title, "", f"+{_earned(tasks, verdicts)}")
        _task_rows(table, tasks, verdicts, lang)


def _earned(tasks: Sequence[Task], verdicts: Mapping[str, Verdict]) -> int:
    return sum(task.points for task in tasks if verdicts.get(task.key) is Verdict.PASS)


def _task_rows(
    table: Table, tasks: Sequence[Task], verdicts: Mapping[str, Verdict], lang: str
) -> None:
    for task in tasks:
        label, colour = MARKS.get(verdicts.get(task.key, Verdict.NOT_RUN), ("✘ error", "red"))
        points = task.points if verdicts.get(task.key) is Verdict.PASS else 0
        name = _hanging_title(task.id, task.title.in_(lang))
        verdict = Text(translate(label, lang), style=colour)
        table.add_row(name, verdict, f"{points}/{task.points}")


def _hanging_title(task_id: str, title: str) -> RenderableType:
    """A hanging indent: a long title wraps below itself, not below its number."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_row(task_id, title)
    return Padding(grid, (0, 0, 0, 2))


def next_task(course: Course, verdicts: Mapping[str, Verdict]) -> Task | None:
    """The first task that has not passed, of those that can run here.

    A bonus task is next only for whoever has begun nothing else.
    """
    bonus = _first_open(course.bonus, verdicts) if _is_bonus_alone(course, verdicts) else None
    return bonus or _first_open(course.required, verdicts)


def _is_bonus_alone(course: Course, verdicts: Mapping[str, Verdict]) -> bool:
    """Whether bonus tasks have been run, and no task of a day."""
    begun = [
        any(verdicts.get(task.key, Verdict.NOT_RUN) is not Verdict.NOT_RUN for task in tasks)
        for tasks in (course.bonus, course.required)
    ]
    return begun == [True, False]


def _first_open(tasks: Sequence[Task], verdicts: Mapping[str, Verdict]) -> Task | None:
    return next((t for t in tasks if verdicts.get(t.key) not in NO_FAILURE), None)


def next_step(course: Course, verdicts: Mapping[str, Verdict], lang: str = "en") -> Text:
    """What to open, at which line, and which command to run."""
    task = next_task(course, verdicts)
    if task is None:
        return _after_the_last(course, verdicts, lang)
    if not task.is_bonus and _is_bonus_alone(course, verdicts):
        return _offer("Every bonus task passes.", "The days begin with:", task, lang)
    folder = Path("days") / course.task_day(task).folder
    # A line that is too long for the terminal wraps before a path, never inside it.
    alternative = translate("or", lang)
    lines = {
        "read": f"checks read {task.id} {alternative} {folder / task.statement_in(lang)}",
        "edit": place_to_edit(course.root / folder, task, folder, lang),
        "check": f"checks run {task.id} {alternative} pytest {folder}",
        "stuck": f"checks hint {task.id}",
    }
    return Text.assemble(
        (translate("Next: ", lang), "bold"),
        f"{task.id} {task.title.in_(lang)} ({task.minutes} {translate('min', lang)})",
        *(f"\n{translate(label, lang):<6} {line}" for label, line in lines.items()),
    )


def _after_the_last(course: Course, verdicts: Mapping[str, Verdict], lang: str) -> Text:
    """Nothing is left to do; a bonus task that is open is an offer."""
    bonus = _first_open(course.bonus, verdicts)
    return _offer("Every task that is written passes.", "For extra points:", bonus, lang)


def _offer(sentence: str, offered: str, task: Task | None, lang: str) -> Text:
    """The sentence, and which task one might do now, if there is one."""
    text = Text(translate(sentence, lang))
    if task is not None:
        title = f"{task.id} {task.title.in_(lang)}"
        command = f"{translate('read', lang):<6} checks read {task.id}"
        text.append(f"\n{translate(offered, lang)} {title}\n{command}")
    return text


def place_to_edit(tree: Path, task: Task, shown_folder: Path, lang: str = "en") -> str:
    """The first file of the task, as `path:line` of its marker; a missing file is called new.

    A pattern is returned as it is.
    """
    if not task.edit:
        return str(shown_folder)
    name = task.edit[0]
    if "*" in name:
        return str(shown_folder / name)
    if not (tree / name).is_file():
        return f"{translate('new file:', lang)} {shown_folder / name}"
    lines = (tree / name).read_text(encoding="utf-8", errors="replace").splitlines()
    marker = f"{REGION_MARKER}{task.id}"
    marker_lines = [n for n, line in enumerate(lines, 1) if line.strip().endswith(marker)]
    if not marker_lines:
        return str(shown_folder / name)
    # The work begins at a region that holds more than imports.
    code_lines = [number for number in marker_lines if not _imports_only(lines[number:])]
    return f"{shown_folder / name}:{(code_lines or marker_lines)[0]}"


def _imports_only(lines: Sequence[str]) -> bool:
    """Whether a region, from its first line on, holds imports and nothing else."""
    region = takewhile(lambda line: line.strip() != "# endregion", lines)
    code = [line for line in region if line.strip()]
    keywords = ("import ", "from ")
    return (
        code[:1] != []
        and code[0].startswith(keywords)
        and all(line.startswith((*keywords, " ", ")")) for line in code)
    )
