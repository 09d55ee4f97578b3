"""How far a cohort is, shown to the person who grades it, and written to the log beside it.

A terminal has one region that changes: done of total, the time left, the cells that are running.
Anything else, such as a file or a pipe, gets one line for each cell that has ended.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text as Line

from checks.course.course import Text
from checks.grade import grading_log
from checks.grade.cell_events import (
    CellEvent,
    CellName,
    Finished,
    Lost,
    Planned,
    Postponed,
    Progress,
)
from checks.grade.texts import printable
from checks.grade.time_left import CELLS_OF_A_DAY, CohortState, Running
from checks.messages import grading_progress as words

SHOWN = 8
"""The cells that the region lists; the others are counted."""


@contextmanager
def shown_progress(console: Console, out: Path, lang: str) -> Iterator[Progress]:
    """Show the events that the block hands over, from any thread, and log them in `out`."""
    shown = _Shown(console, lang)
    live = Live(console=console, get_renderable=shown.render, refresh_per_second=2, transient=True)
    with live if console.is_terminal else nullcontext():
        yield _logged(shown.take, out)
    if console.is_terminal and shown.state.total:
        console.print(Line(shown.summary(), style="dim"))


def _logged(take: Progress, out: Path) -> Progress:
    """Log, then show, one event at a time: the log and the screen have the same order."""
    one_at_a_time = Lock()

    def progress(event: CellEvent) -> None:
        with one_at_a_time:
            grading_log.append(out, event)
            take(event)

    return progress


@dataclass
class _Shown:
    """The state of a cohort as text; `clock` gives seconds that only grow."""

    console: Console
    lang: str
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self.state = CohortState()
        self._lock = Lock()
        self._began = self.clock()

    def take(self, event: CellEvent) -> None:
        """Count the event and print what is said of it; called by one thread at a time.

        It prints after its lock: whoever prints on a terminal has rich draw the region, which asks
        `render` for the state.
        """
        with self._lock:
            self.state = self.state.after(event, self.clock())
            line = self._line(event)
        if line:
            self.console.print(line, style="dim", soft_wrap=True, markup=False)

    def _line(self, event: CellEvent) -> str:
        """What is printed of an event for good; on a terminal only what the region cannot show."""
        if isinstance(event, Planned) and not event.cells:
            return self._say(words.NOTHING_NEW)
        if self.console.is_terminal or not isinstance(event, Finished | Postponed | Lost):
            return ""
        what = self._say(words.LOST if isinstance(event, Lost) else words.IN_DOUBT)
        if isinstance(event, Finished):
            what = self._say(words.POINTS, points=event.points, max=event.max)
            what = self._say(words.NOT_JUDGED) if event.points is None else what
        cell = f"{_whose(event.cell)}: {what}, {self._time(event.seconds)}"
        return f"{self.state.done}/{self.state.total} {cell}; {self._left()}"

    def render(self) -> Group:
        """The region of a terminal: a line of numbers, then a line for each running cell."""
        with self._lock:
            now, running = self.clock(), list(self.state.running.items())
            numbers = f"{self._done()}, {self._time(now - self._began)}; {self._left()}"
            lines = [Line(numbers), *(self._running(*each, now) for each in running[:SHOWN])]
            if rest := len(running) - SHOWN if len(running) > SHOWN else 0:
                lines.append(Line(f"  {self._say(words.MORE, number=rest)}", style="dim"))
        return Group(*lines)

    def _running(self, cell: CellName, running: Running, now: float) -> Line:
        by = f"  {printable(running.by)}" if running.by else ""
        spent = self._time(now - running.since)
        return Line(
            f"  {spent:>6}  {_whose(cell)}{by}", style="dim", overflow="ellipsis", no_wrap=True
        )

    def summary(self) -> str:
        """What stands on the terminal at the end."""
        if self.state.done < self.state.total:
            return self._done()
        return f"{self._done()}; {self._left()}"

    def _done(self) -> str:
        return self._say(words.DONE, done=self.state.done, total=self.state.total)

    def _left(self) -> str:
        if self.state.done == self.state.total:
            return self._say(words.ALL_DONE, time=self._time(self.clock() - self._began))
        seconds = self.state.seconds_left(self.clock())
        if seconds is not None:
            return self._say(words.LEFT, time=self._time(seconds))
        if self.console.is_terminal:
            return self._say(words.UNKNOWN, number=CELLS_OF_A_DAY)
        return self._say(words.UNKNOWN_SHORT)

    def _time(self, seconds: float) -> str:
        return words.duration(seconds, self.lang)

    def _say(self, text: Text, **values: object) -> str:
        return text.in_(self.lang).format(**values)


def _whose(cell: CellName) -> str:
    return f"{printable(cell.name)} {cell.day}"
