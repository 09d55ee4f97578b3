"""The five states of a task on the report page: each has a symbol, a word and a colour.

What could not be judged is a state of its own and never `wrong`: no points were taken for it.
"""

from enum import StrEnum

from checks.export.graded import GradedRow
from checks.messages.report import STATES
from checks.results.model import TaskResult, Verdict


class State(StrEnum):
    """What the page shows of one task of one person."""

    PASSED = "passed"
    PARTLY = "partly"
    WRONG = "wrong"
    UNJUDGED = "unjudged"
    MISSING = "missing"

    @property
    def symbol(self) -> str:
        """A shape of its own, for readers who see no colours and for black-and-white print."""
        return SYMBOLS[self]

    @property
    def css(self) -> str:
        """The class of the state's cells: one letter, since there are tens of thousands."""
        return CSS[self]

    def word(self, lang: str) -> str:
        return STATES[self].in_(lang)


CSS = dict(zip(State, "phwqn", strict=True))
SYMBOLS = {
    State.PASSED: "✔",
    State.PARTLY: "◐",
    State.WRONG: "✘",
    State.UNJUDGED: "?",
    State.MISSING: "–",
}


def state_of(row: GradedRow, task: TaskResult) -> State:
    """The state of one task of a row.

    A task whose points are not known, and one that this machine cannot run, could not be judged.
    """
    if task.id in row.unjudged or task.verdict is Verdict.SKIPPED:
        return State.UNJUDGED
    if not task.tests:
        return State.MISSING
    if task.verdict is Verdict.PASS:
        return State.PASSED
    return State.PARTLY if task.passed else State.WRONG
