"""Runs for `watch`: the next one is begun while the learner writes, and waits for the save.

What a run does before it looks at the learner's tree (a process, pytest, the tests collected) takes
a tenth of a second. It is the same for each save, so it is done before.
"""

import contextlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from threading import Event

from checks.course.course import Course, Task
from checks.errors import CourseError
from checks.results.model import Results
from checks.results.records import Listener
from checks.runner.run import Begun, Order, begun, order
from checks.zygote import client as zygote

Stamp = tuple[int, ...]


class Ahead:
    """The runner of a watch; `close` ends what it has begun."""

    def __init__(self, course: Course, lang: str) -> None:
        self._course, self._lang = course, lang
        self._stack = ExitStack()
        self._next: tuple[Begun, Stamp] | None = None

    def run(
        self, tasks: Sequence[Task], called_off: Event, listener: Listener | None = None
    ) -> Results:
        """Run tasks of one day. Raises Cancelled and CourseError."""
        wanted = self._order(tasks)
        waiting = self._next
        it = waiting[0] if waiting and _fits(wanted, *waiting) else self._begin(wanted)
        try:
            return it.results(called_off, listener)
        finally:
            self.close()

    def prepare(self, tasks: Sequence[Task]) -> None:
        """Begin the next run of these tasks. Without a zygote that would cost more than it saves.

        Who cannot begin says nothing now: the next run will say why.
        """
        if zygote.available():
            with contextlib.suppress(CourseError, OSError):
                self._begin(self._order(tasks), ahead=True)

    def close(self) -> None:
        """End what waits, if something does."""
        self._next = None
        self._stack.close()

    def _order(self, tasks: Sequence[Task]) -> Order:
        wanted = order(self._course, self._course.task_day(tasks[0]), tasks)
        return replace(wanted, lang=self._lang)

    def _begin(self, wanted: Order, *, ahead: bool = False) -> Begun:
        self.close()
        stamp = _stamp(wanted)
        it = self._stack.enter_context(begun(wanted, ahead=ahead))
        self._next = it, stamp
        return it


def _fits(wanted: Order, it: Begun, stamp: Stamp) -> bool:
    """Whether what waits would do this, with the tests as they are now."""
    return it.wanted == wanted and it.waits and stamp == _stamp(wanted)


def _stamp(wanted: Order) -> Stamp:
    files = (wanted.tests / task.test for task in wanted.tasks)
    return tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in files)
