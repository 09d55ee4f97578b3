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
from checks.runner.run import RunRequest, StartedRun, run_request, started_run
from checks.zygote import client as zygote

Stamp = tuple[int, ...]


class PrestartingRunner:
    """The runner of a watch; `close` ends what it has begun."""

    def __init__(self, course: Course, lang: str) -> None:
        self._course, self._lang = course, lang
        self._stack = ExitStack()
        self._next: tuple[StartedRun, Stamp] | None = None

    def run(
        self, tasks: Sequence[Task], cancelled: Event, listener: Listener | None = None
    ) -> Results:
        """Run tasks of one day. Raises Cancelled and CourseError."""
        request = self._request_for(tasks)
        waiting = self._next
        started = waiting[0] if waiting and _matches(request, *waiting) else self._begin(request)
        try:
            return started.results(cancelled, listener)
        finally:
            self.close()

    def prepare(self, tasks: Sequence[Task]) -> None:
        """Begin the next run of these tasks. Without a zygote that would cost more than it saves.

        Who cannot begin says nothing now: the next run will say why.
        """
        if zygote.available():
            with contextlib.suppress(CourseError, OSError):
                self._begin(self._request_for(tasks), prestart=True)

    def close(self) -> None:
        """End what waits, if something does."""
        self._next = None
        self._stack.close()

    def _request_for(self, tasks: Sequence[Task]) -> RunRequest:
        request = run_request(self._course, self._course.task_day(tasks[0]), tasks)
        return replace(request, lang=self._lang)

    def _begin(self, request: RunRequest, *, prestart: bool = False) -> StartedRun:
        self.close()
        stamp = _stamp(request)
        started = self._stack.enter_context(started_run(request, prestart=prestart))
        self._next = started, stamp
        return started


def _matches(request: RunRequest, started: StartedRun, stamp: Stamp) -> bool:
    """Whether what waits would do this, with the tests as they are now."""
    return started.request == request and started.waits and stamp == _stamp(request)


def _stamp(request: RunRequest) -> Stamp:
    files = (request.tests / task.test for task in request.tasks)
    return tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in files)
