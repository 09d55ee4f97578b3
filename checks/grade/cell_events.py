"""What is told of a cohort while its cells are graded: which cell, whose, and what happened."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class CellName:
    """A cell as a person knows it: the row's name and the day's folder, beside its key."""

    key: str
    name: str
    day: str


@dataclass(frozen=True)
class Planned:
    """The cells that will be graded; told once, before any other event."""

    cells: tuple[CellName, ...]


@dataclass(frozen=True)
class Started:
    """The cell is being graded from now on; `by` names the worker, "" for this command."""

    cell: CellName
    by: str = ""


@dataclass(frozen=True)
class Finished:
    """The cell is in the journal after `seconds` of wall time.

    `points` of `max` are of all its tasks, bonus tasks too; None where the checker failed.
    `is_measured`: the cell was graded while this run waited for it. The seconds of one that an
    earlier run has left say nothing about the time that this run takes.
    """

    cell: CellName
    seconds: float
    points: int | None
    max: int
    is_measured: bool = True


@dataclass(frozen=True)
class Postponed:
    """The cell is in doubt after `seconds`: it is graded once more, alone."""

    cell: CellName
    seconds: float


@dataclass(frozen=True)
class Lost:
    """The cell's worker was last seen alive `seconds` after it began; another one gets the cell."""

    cell: CellName
    seconds: float


CellEvent = Planned | Started | Finished | Postponed | Lost
Progress = Callable[[CellEvent], None]
