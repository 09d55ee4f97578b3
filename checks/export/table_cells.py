"""What the tables of the report page share: their frame, states by task, counts, links."""

from collections import Counter
from collections.abc import Mapping, Sequence

from checks.export.graded import GradedRow
from checks.export.page import text
from checks.export.states import State

States = Mapping[str, State]
"""The states of one row, by task id, in the order of the tasks."""


def link_to(row: GradedRow) -> str:
    return f'<a dir="auto" href="{text(row.slug)}.html">{text(row.name)}</a>'


def pass_rate(states: Sequence[States], task: str) -> str:
    """The share that has passed of all who could be judged; "" when nobody could."""
    passed = sum(each[task] is State.PASSED for each in states)
    judged = sum(each[task] is not State.UNJUDGED for each in states)
    return f"{passed / judged:.0%}" if judged else ""


def count_state(states: Sequence[States], state: State) -> Counter[str]:
    return Counter(task for each in states for task, value in each.items() if value is state)


def scrolling_table(name: str, heading: str, head: str, body: str) -> str:
    """A table in a region that scrolls by itself, so that a narrow screen shows all of it.

    `heading` is the id of the heading that names the region. The keyboard reaches it.
    """
    region = f'class="wide" role="region" aria-labelledby="{heading}" tabindex="0"'
    table = f'<table id="{name}"><thead>{head}</thead><tbody>{body}</tbody></table>'
    return f"<div {region}>{table}</div>"
