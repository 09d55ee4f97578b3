"""The board: seven days, every task, its points, and what to do next."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from checks.course import DAYS, Course, Day, Planned, Task
from checks.results import Verdict
from checks.words import say

MARKS = {
    Verdict.PASS: ("✔ passes", "green"),
    Verdict.FAIL: ("✘ fails", "red"),
    Verdict.NOT_RUN: ("· not run", "dim"),
    Verdict.BLOCKED: ("· blocked", "yellow"),
    Verdict.TIMEOUT: ("✘ hangs", "red"),
    Verdict.INFRA_ERROR: ("! broken run", "magenta"),
}
REGION = "region task "


def board(course: Course, verdicts: Mapping[str, Verdict], lang: str = "en") -> RenderableType:
    """The whole board; `verdicts` are the last known ones, by task key."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False)
    for head, justify in (("", "left"), ("task", "left"), ("verdict", "left"), ("points", "right")):
        table.add_column(say(head, lang), justify="right" if justify == "right" else "left")
    written = {day.number: day for day in course.days}
    for planned in DAYS:
        _day_rows(table, planned, written.get(planned.number), verdicts, lang)
    return Group(table, Text(), next_step(course, verdicts, lang))


def _day_rows(
    table: Table, planned: Planned, day: Day | None, verdicts: Mapping[str, Verdict], lang: str
) -> None:
    title = Text(f"{planned.number}  {planned.title.in_(lang)}", style="bold")
    if day is None:
        table.add_row(title, "", Text(say("not written yet", lang), style="dim"), "")
        return
    earned = sum(t.points for t in day.tasks if verdicts.get(t.key) is Verdict.PASS)
    table.add_row(title, "", "", f"{earned}/{sum(t.points for t in day.tasks)}")
    for task in day.tasks:
        word, colour = MARKS.get(verdicts.get(task.key, Verdict.NOT_RUN), ("✘ error", "red"))
        got = task.points if verdicts.get(task.key) is Verdict.PASS else 0
        name = f"   {task.id}  {task.title.in_(lang)}"
        table.add_row("", name.strip(), Text(say(word, lang), style=colour), f"{got}/{task.points}")


def next_task(course: Course, verdicts: Mapping[str, Verdict]) -> Task | None:
    """The first task that has not passed."""
    return next((t for t in course.tasks if verdicts.get(t.key) is not Verdict.PASS), None)


def next_step(course: Course, verdicts: Mapping[str, Verdict], lang: str = "en") -> Text:
    """What to open, at which line, and which command to run."""
    task = next_task(course, verdicts)
    if task is None:
        return Text(say("Every task that is written passes.", lang))
    folder = Path("days") / course.task_day(task).folder
    wide = 10 if lang == "ru" else 6
    choice = f"checks run {task.id}   {say('or', lang)}   pytest {folder}"
    return Text.assemble(
        (say("Next: ", lang), "bold"),
        f"{task.id} {task.title.in_(lang)} ({task.minutes} {say('min', lang)})\n",
        f"  {say('read', lang):<{wide}} {folder / task.statement_in(lang)}\n",
        f"  {say('edit', lang):<{wide}} {place_to_edit(course.root / folder, task, folder)}\n",
        f"  {say('check', lang):<{wide}} {choice}\n",
        f"  {say('stuck', lang):<{wide}} checks hint {task.id}",
    )


def place_to_edit(tree: Path, task: Task, shown: Path) -> str:
    """The first marked place of a task as `path:line`; else its first file to edit."""
    for name in task.edit:
        file = tree / name
        if not file.is_file():
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip().endswith(f"{REGION}{task.id}"):
                return f"{shown / name}:{number}"
    return str(shown / task.edit[0]) if task.edit else str(shown)
