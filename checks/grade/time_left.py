"""How far a cohort is, and how long it may still take: from the cells that were measured.

Days differ by a factor of ten, so each has a mean of its own. Until each day that is still to come
was measured, nothing is said: a guess from other days would be wrong by hours.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from checks.grade.cell_events import CellEvent, CellName, Finished, Planned, Started

CELLS_OF_A_DAY = 2
"""So many cells of a day are measured before its mean counts, or all there are."""


@dataclass(frozen=True)
class Running:
    """Since when a cell is being graded, in seconds of a monotonic clock, and by which worker."""

    since: float
    by: str = ""


@dataclass(frozen=True)
class Measured:
    """The cells of one day that were measured, and their seconds together."""

    cells: int = 0
    seconds: float = 0.0

    @property
    def mean(self) -> float:
        """Seconds of one cell."""
        return self.seconds / self.cells


@dataclass(frozen=True)
class CohortState:
    """A cohort between two events; `planned` and `ended` count the cells of each day.

    `measured` leaves out what was taken over from an earlier run. `busy` are the seconds of all
    runs that have ended, first tries of cells in doubt too.
    """

    total: int = 0
    done: int = 0
    planned: Mapping[str, int] = field(default_factory=dict)
    ended: Mapping[str, int] = field(default_factory=dict)
    measured: Mapping[str, Measured] = field(default_factory=dict)
    running: Mapping[CellName, Running] = field(default_factory=dict)
    first_start: float | None = None
    busy: float = 0.0

    def after(self, event: CellEvent, now: float) -> "CohortState":
        """The state that the event leads to; `now` is of the same clock as all others."""
        if isinstance(event, Planned):
            days = Counter(cell.day for cell in event.cells)
            return replace(self, total=len(event.cells), planned=days)
        if isinstance(event, Started):
            running = {**self.running, event.cell: Running(now, event.by)}
            first = now if self.first_start is None else self.first_start
            return replace(self, running=running, first_start=first)
        running = {cell: each for cell, each in self.running.items() if cell != event.cell}
        state = replace(self, running=running)
        if not isinstance(event, Finished):
            return _with_busy(state, event.seconds, now)
        ended = {**self.ended, event.cell.day: self.ended.get(event.cell.day, 0) + 1}
        state = replace(state, done=self.done + 1, ended=ended)
        return _with_measured(state, event, now) if event.is_measured else state

    def seconds_left(self, now: float) -> float | None:
        """The seconds until the last cell has ended; None while too little was measured."""
        waiting = {d: n for d, n in self._waiting().items() if n}
        if any(not self._is_measured(day) for day in waiting) or self.first_start is None:
            return None
        begun = [(cell.day, now - each.since) for cell, each in self.running.items()]
        spent = sum(min(seconds, self._mean(day)) for day, seconds in begun)
        work = sum(number * self._mean(day) for day, number in waiting.items()) - spent
        in_parallel = (self.busy + sum(seconds for _, seconds in begun)) / max(
            now - self.first_start, 1e-9
        )
        longest = max((self._mean(day) - seconds for day, seconds in begun), default=0.0)
        return max(work / in_parallel if in_parallel else 0.0, longest, 0.0)

    def _waiting(self) -> Mapping[str, int]:
        """The cells of each day that have not ended, running ones too."""
        return {d: n - self.ended.get(d, 0) for d, n in self.planned.items()}

    def _is_measured(self, day: str) -> bool:
        return self.measured.get(day, Measured()).cells >= CELLS_OF_A_DAY

    def _mean(self, day: str) -> float:
        return self.measured[day].mean if day in self.measured else 0.0


def _with_busy(state: CohortState, seconds: float, now: float) -> CohortState:
    first = now - seconds if state.first_start is None else state.first_start
    return replace(state, busy=state.busy + seconds, first_start=first)


def _with_measured(state: CohortState, event: Finished, now: float) -> CohortState:
    known = state.measured.get(event.cell.day, Measured())
    measured = Measured(known.cells + 1, known.seconds + event.seconds)
    state = replace(state, measured={**state.measured, event.cell.day: measured})
    return _with_busy(state, event.seconds, now)
