"""What can happen while `checks watch` waits: a save, a key, the end of a run."""

from dataclasses import dataclass

from checks.results.model import Results, TestResult


@dataclass(frozen=True)
class Saved:
    """A file below days/ was written: its path from there, the day's folder first."""

    path: str


@dataclass(frozen=True)
class Key:
    """A key was pressed; the empty one is the end of the input."""

    char: str


@dataclass(frozen=True)
class FirstFailure:
    """A test of a run has not passed; the others are still being asked."""

    number: int
    test: TestResult


@dataclass(frozen=True)
class Ended:
    """A run has ended: with the task's results first, then with those of what passed before.

    `seconds` have gone by since the save. There is `more` to come while the others are asked.
    """

    number: int
    task: Results | None = None
    others: Results | None = None
    problem: str = ""
    seconds: float = 0.0
    more: bool = False


WatchEvent = Saved | Key | FirstFailure | Ended
