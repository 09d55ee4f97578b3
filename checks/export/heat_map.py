"""The heat map: a row for each person, a cell for each task, with its state by shape and word."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from checks.course.course import is_bonus
from checks.export.graded import GradedRow
from checks.export.page import text
from checks.export.states import State
from checks.export.table_cells import States, link_to, pass_rate, scrolling_table
from checks.messages import report
from checks.results.model import TaskResult


def heat_map(
    rows: Sequence[GradedRow], tasks: Sequence[TaskResult], states: Sequence[States], lang: str
) -> list[str]:
    title = report.MAP.in_(lang)
    body = "".join(_map_row(row, each, lang) for row, each in zip(rows, states, strict=True))
    return [
        f'<h2 id="heat">{title}</h2>',
        _legend(states, lang),
        _tools(tasks, lang),
        '<p id="shown" role="status"></p>',
        scrolling_table("map", "heat", _map_head(tasks, states, lang), body),
        f'<p class="keys by-script">{report.KEYS.in_(lang)}</p>',
    ]


def _legend(states: Sequence[States], lang: str) -> str:
    counts = Counter(state for each in states for state in each.values())
    items = (
        f'<li><b class="{state.css}">{state.symbol}</b> {state.word(lang)}: {counts[state]}</li>'
        for state in State
    )
    return f'<ul class="legend">{"".join(items)}</ul>'


def _tools(tasks: Sequence[TaskResult], lang: str) -> str:
    """The controls; they are hidden until the script shows them."""
    options = [("", report.EVERYBODY.in_(lang)), *((s.css, s.word(lang)) for s in State)]
    states = "".join(f'<option value="{value}">{word}</option>' for value, word in options)
    ids = "".join(f"<option>{text(task.id)}</option>" for task in tasks)
    return (
        f'<div class="tools by-script"><label>{report.SEARCH.in_(lang)} '
        f'<input id="search" type="search" autocomplete="off"></label>'
        f'<label>{report.FILTER.in_(lang)} <select id="state">{states}</select></label>'
        f'<label>{report.TASK.in_(lang)} <select id="task"><option value="">–</option>{ids}'
        f"</select></label></div>"
    )


def _map_head(tasks: Sequence[TaskResult], states: Sequence[States], lang: str) -> str:
    groups = [(day, len(list(each))) for day, each in groupby(tasks, lambda t: _day(t.id, lang))]
    days = "".join(f'<th scope="colgroup" colspan="{count}">{day}</th>' for day, count in groups)
    ids = "".join(f'<th scope="col" title="{text(t.title)}">{text(t.id)}</th>' for t in tasks)
    rates = "".join(f"<td>{pass_rate(states, t.id)}</td>" for t in tasks)
    return (
        f'<tr class="days"><td colspan="2"></td>{days}</tr>'
        f'<tr class="ids"><th scope="col">{report.NAME.in_(lang)}</th>'
        f'<th scope="col">{report.POINTS.in_(lang)}</th>{ids}</tr>'
        f'<tr class="rates"><th scope="row">{report.PASS_RATE.in_(lang)}</th><td></td>{rates}</tr>'
    )


def _day(task_id: str, lang: str) -> str:
    if is_bonus(task_id):
        return report.BONUS.in_(lang)
    return report.DAY.in_(lang).format(number=text(task_id.split(".", maxsplit=1)[0]))


def _map_row(row: GradedRow, states: States, lang: str) -> str:
    cells = "".join(
        f'<td class="{s.css}" aria-label="{s.word(lang)}">{s.symbol}</td>' for s in states.values()
    )
    points = -1 if row.points is None else row.points
    return (
        f'<tr><th scope="row">{link_to(row)}</th><td data-points="{points}">{text(row.score)}</td>'
        f"{cells}</tr>"
    )
