"""The tables beside the heat map: the pass rate of each task, and the known mistakes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from checks.export.graded import GradedRow
from checks.export.mistakes import Mistake, Mistakes
from checks.export.page import paragraph, text
from checks.export.states import State
from checks.export.table_cells import States, count_state, link_to, pass_rate, scrolling_table
from checks.messages import report
from checks.results.model import TaskResult

NAMES_SHOWN = 5


def task_table(tasks: Sequence[TaskResult], states: Sequence[States], lang: str) -> list[str]:
    """A line for each task: its pass rate and how many are in each state."""
    counts = {state: count_state(states, state) for state in State}
    heads = (report.TASK, report.TASK_TITLE, report.PASS_RATE)
    columns = "".join(f'<th scope="col">{head.in_(lang)}</th>' for head in heads)
    columns += "".join(
        f'<th scope="col"><span aria-hidden="true">{state.symbol}</span> {state.word(lang)}</th>'
        for state in State
    )
    lines = "".join(_task_line(task, counts, states) for task in tasks)
    return [
        f'<h2 id="rates">{report.TASKS.in_(lang)}</h2>',
        scrolling_table("tasks", "rates", f"<tr>{columns}</tr>", lines),
    ]


def _task_line(
    task: TaskResult, counts: Mapping[State, Counter[str]], states: Sequence[States]
) -> str:
    numbers = [(state, counts[state][task.id]) for state in State]
    cells = "".join(f'<td data-n="{count}">{count or "·"}</td>' for _, count in numbers)
    rate = f"{_bar(numbers, len(states))} <span>{pass_rate(states, task.id)}</span>"
    passed = counts[State.PASSED][task.id]
    return (
        f'<tr><th scope="row">{text(task.id)}</th><td class="title">{text(task.title)}</td>'
        f'<td class="rate" data-n="{passed}">{rate}</td>{cells}</tr>'
    )


def _bar(numbers: Iterable[tuple[State, int]], total: int) -> str:
    """A stacked bar; the numbers beside it say the same."""
    rects, x = [], 0.0
    for state, count in numbers:
        width = 100 * count / total if total else 0
        rects.append(f'<rect class="{state.css}" x="{x:.1f}" width="{width:.1f}" height="8"/>')
        x += width
    shapes = "".join(rects)
    return f'<svg aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none">{shapes}</svg>'


def mistake_table(mistakes: Mistakes, rows: Sequence[GradedRow], lang: str) -> list[str]:
    title = f'<h2 id="mistakes">{report.MISTAKES.in_(lang)}</h2>'
    if not mistakes.known:
        return [title, paragraph(report.NO_MISTAKES.in_(lang))]
    note = report.MISTAKES_NOTE.in_(lang).format(named=mistakes.named, failed=mistakes.failed)
    heads = (report.LEARNERS, report.TASK, report.LOOKS_LIKE, report.QUESTION, report.WHO)
    columns = "".join(f'<th scope="col">{head.in_(lang)}</th>' for head in heads)
    lines = "".join(
        _mistake_line(number, mistake, rows, lang) for number, mistake in enumerate(mistakes.known)
    )
    return [
        title,
        paragraph(note),
        scrolling_table("like", "mistakes", f"<tr>{columns}</tr>", lines),
    ]


def _mistake_line(number: int, mistake: Mistake, rows: Sequence[GradedRow], lang: str) -> str:
    names = ", ".join(link_to(rows[each]) for each in mistake.rows[:NAMES_SHOWN])
    more = len(mistake.rows) - NAMES_SHOWN
    if more > 0:
        names += f" {report.AND_MORE.in_(lang).format(count=more)}"
    diagnosis = mistake.diagnosis
    return (
        f'<tr data-mistake="{number}"><td data-n="{len(mistake.rows)}">{len(mistake.rows)}</td>'
        f'<td>{text(diagnosis.task)}</td><th scope="row" class="title">'
        f'{text(diagnosis.title.in_(lang))}</th><td class="title">'
        f'{text(diagnosis.hint.in_(lang))}</td><td class="who">{names}</td></tr>'
    )
