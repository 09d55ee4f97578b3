"""The report page: the cohort's numbers, the tasks, the misconceptions, and the heat map.

Without script it is readable tables with links; the script adds sorting, filters and the stories.
"""

from collections.abc import Sequence
from statistics import median

from checks.export.graded import GradedRow
from checks.export.heat_map import heat_map
from checks.export.mistakes import Mistakes
from checks.export.page import paragraph, text
from checks.export.states import state_of
from checks.export.summary_tables import NAMES_SHOWN, mistake_table, task_table
from checks.export.table_cells import link_to
from checks.messages import report
from checks.messages.errors_ru import translate_error


def overview(
    rows: Sequence[GradedRow], mistakes: Mistakes, *, contained: bool, lang: str
) -> list[str]:
    """The parts of the page; the titles of the tasks are those of the first row."""
    states = [{task.id: state_of(row, task) for task in row.tasks} for row in rows]
    tasks = rows[0].tasks if rows else ()
    return [
        f"<h1>{report.TITLE.in_(lang)}</h1>",
        paragraph((report.CONTAINED if contained else report.UNCONTAINED).in_(lang)),
        _tiles(rows, lang),
        *_review(rows, lang),
        *heat_map(rows, tasks, states, lang),
        *task_table(tasks, states, lang),
        *mistake_table(mistakes, rows, lang),
    ]


def _tiles(rows: Sequence[GradedRow], lang: str) -> str:
    points = [row.points for row in rows if row.points is not None]
    solved = sum(row.points is not None and row.points == row.max for row in rows)
    numbers = {
        report.LEARNERS: len(rows),
        report.ALL_SOLVED: solved,
        report.MEDIAN: f"{median(points):g}" if points else "?",
        report.TO_REVIEW: sum(bool(row.review_reasons) for row in rows),
    }
    tiles = (f"<div><dt>{k.in_(lang)}</dt><dd>{v}</dd></div>" for k, v in numbers.items())
    return f'<dl class="tiles">{"".join(tiles)}</dl>'


def _review(rows: Sequence[GradedRow], lang: str) -> list[str]:
    """The rows that need a person, and why."""
    flagged = [row for row in rows if row.review_reasons]
    if not flagged:
        return []
    items = (f"<li>{link_to(row)}: {_reasons(row, lang)}</li>" for row in flagged)
    title = f"{report.REVIEW.in_(lang)} ({len(flagged)})"
    opened = " open" if len(flagged) <= NAMES_SHOWN else ""
    return [
        f"<details{opened}><summary><h2>{title}</h2></summary><ul>{''.join(items)}</ul></details>"
    ]


def _reasons(row: GradedRow, lang: str) -> str:
    return text("; ".join(translate_error(reason, lang) for reason in row.review_reasons))
