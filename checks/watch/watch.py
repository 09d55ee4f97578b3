"""`checks watch`: judge the current task on each save, and let the learner steer with one key.

One thread owns the position and the screen; it takes events from a queue. Each run has a thread
and a number of its own. A save during a run cancels that run and starts another, so the screen
never shows the verdict of a file that has changed since.
"""

import time
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Event, Thread
from typing import Protocol

from rich.console import Console

from checks.course.course import Course, Task
from checks.errors import CourseError
from checks.results.model import Results, Verdict
from checks.results.records import Listener
from checks.runner.run import Cancelled
from checks.terminal.next_step import following_task
from checks.watch.events import (
    FileSaved,
    FirstFailure,
    KeyPressed,
    Resized,
    RunEnded,
    RunProgressed,
    WatchEvent,
)
from checks.watch.screen import WatchScreen
from checks.workspace import progress
from checks.workspace.attempts import record_attempts
from checks.workspace.judged_content import judged_contents

QUIT = frozenset({"q", "\x03", "\x04", ""})


class Runner(Protocol):
    """Runs tasks of one day on the learner's folder."""

    def run(
        self, tasks: Sequence[Task], cancelled: Event, listener: Listener | None = None
    ) -> Results:
        """The verdicts. Raises Cancelled and CourseError."""

    def prepare(self, tasks: Sequence[Task]) -> None:
        """Prepare the next run of these tasks while the learner writes."""


class Watch:
    """The position, the run under way, and the regressions since the start."""

    def __init__(
        self, course: Course, task: Task, lang: str, console: Console, runner: Runner
    ) -> None:
        # a SimpleQueue, since a signal's handler puts into it, maybe while this thread reads it
        self.events: SimpleQueue[WatchEvent] = SimpleQueue()
        self._course, self._task, self._runner = course, task, runner
        self._screen = WatchScreen(course, lang, console)
        self._number = 0
        self._cancelled = Event()
        self._thread: Thread | None = None
        self._regressions: set[str] = set()

    def loop(self) -> None:
        """Run at once, then act on events until a key asks to quit."""
        self._start()
        try:
            while True:
                event = self.events.get()
                if isinstance(event, KeyPressed) and event.char in QUIT:
                    return
                try:
                    self._act(event)
                except CourseError as error:
                    self._screen.error(str(error))
        finally:
            self._cancelled.set()
            if self._thread is not None:
                self._thread.join()

    def _act(self, event: WatchEvent) -> None:
        match event:
            case FileSaved(path) if self._is_learner_file(path):
                self._start(path)
            case FirstFailure(number) | RunEnded(number) if number == self._number:
                self._show(event)
            case RunProgressed(number, state) if number == self._number:
                self._screen.progress(state)
            case Resized():
                self._screen.redraw()
            case KeyPressed(char):
                self._act_on_key(char)

    def _act_on_key(self, char: str) -> None:
        match char:
            case "r":
                self._start()
            case "n":
                self._move(self._task_after(), "This is the last task.")
            case "p":
                self._move(self._task_before(), "This is the first task.")
            case "h" | "b" | "c" | "d" | "1" | "2" | "3" | "4":
                self._show_on_key(char)
                self._screen.keys(self._task)

    def _show_on_key(self, char: str) -> None:
        """Act on a key that starts no run."""
        match char:
            case "h":
                self._screen.hint(self._task)
            case "b":
                self._screen.board(self._task)
            case "c":
                self._screen.commit(self._task)
            case "d":
                self._screen.debrief(self._task)
            case "1" | "2" | "3" | "4":
                self._screen.debrief(self._task, int(char))

    def _is_learner_file(self, path: str) -> bool:
        """Whether a saved file is the learner's own of this day, not one that the app writes."""
        day = self._course.task_day(self._task)
        folder, _, name = path.partition("/")
        return folder == day.folder and day.owns(name)

    def _move(self, task: Task | None, message_at_end: str) -> None:
        if task is None:
            self._screen.message(message_at_end)
            return
        self._task = task
        self._start()

    def _task_after(self) -> Task | None:
        """The next open task, which the board names too; when none is open, the task below."""
        known = progress.verdicts(self._course)
        below = self._course.tasks[self._course.tasks.index(self._task) + 1 :]
        return following_task(self._course, known, self._task) or next(iter(below), None)

    def _task_before(self) -> Task | None:
        above = self._course.tasks[: self._course.tasks.index(self._task)]
        return above[-1] if above else None

    def _start(self, saved_path: str = "") -> None:
        """Cancel the run under way and start another."""
        self._cancelled.set()
        self._cancelled = Event()
        self._number += 1
        self._screen.start(self._task, saved_path)
        arguments = (self._thread, self._number, self._task, self._cancelled)
        self._thread = Thread(target=self._run, args=arguments, daemon=True)
        self._thread.start()

    def _run(self, previous: Thread | None, number: int, task: Task, cancelled: Event) -> None:
        """The thread of one run: the task, then the tasks that passed before."""
        start = time.monotonic()
        if previous is not None:
            previous.join()
        others: list[Task] = []
        judged = judged_contents(self._course, self._course.task_day(task).tasks)

        def put_results(results: Results) -> None:
            others[:] = self._passed_before(task) if results.passed else []
            seconds = time.monotonic() - start
            self.events.put(
                RunEnded(number, results, seconds=seconds, more=bool(others), judged=judged)
            )

        try:
            self._run_task(number, task, cancelled, put_results)
            if others:
                other_results = self._runner.run(others, cancelled)
                self.events.put(RunEnded(number, others=other_results, judged=judged))
            self._runner.prepare([task])
        except Cancelled:
            return
        except CourseError as error:
            self.events.put(RunEnded(number, problem=str(error)))

    def _run_task(
        self, number: int, task: Task, cancelled: Event, put_results: Callable[[Results], None]
    ) -> None:
        """Run the task. Its results are put once they are known, and again if they changed."""
        known: list[Results] = []

        def put_if_new(results: Results) -> None:
            if results not in known:
                known.append(results)
                put_results(results)

        listener = Listener(
            lambda test: self.events.put(FirstFailure(number, test)),
            put_if_new,
            lambda state: self.events.put(RunProgressed(number, state)),
        )
        put_if_new(self._runner.run([task], cancelled, listener))

    def _passed_before(self, task: Task) -> list[Task]:
        """The day's other tasks that passed in their last run, and the regressions."""
        known = progress.verdicts(self._course)
        day = self._course.task_day(task)
        passed = {t.id for t in day.tasks if known.get(t.key) is Verdict.PASS} | self._regressions
        return [other for other in day.tasks if other.id in passed - {task.id}]

    def _show(self, event: FirstFailure | RunEnded) -> None:
        if isinstance(event, FirstFailure):
            self._screen.first_failure(event.test)
        else:
            self._end_run(event)

    def _end_run(self, ended: RunEnded) -> None:
        """Show the results, then save them."""
        if ended.problem:
            self._screen.error(ended.problem)
        if ended.task is not None:
            self._screen.verdict(ended.task, ended.seconds)
            self._regressions -= {t.id for t in ended.task.tasks if t.verdict is Verdict.PASS}
        results = [result for result in (ended.task, ended.others) if result is not None]
        progress.save_verdicts(self._course, results, ended.judged)
        record_attempts(self._course.root, [each for each in [ended.task] if each is not None])
        self._update_regressions(ended.others)
        if ended.more:
            self._screen.run_of_others()
            return
        known = progress.verdicts(self._course)
        passed = known.get(self._task.key) is Verdict.PASS
        if passed and not self._regressions and not ended.problem:
            self._screen.next_step(known, self._task)
        self._screen.keys(self._task)

    def _update_regressions(self, others: Results | None) -> None:
        """A regression stays on the screen, and runs again on each save, until it passes."""
        for task in others.tasks if others else ():
            if task.first_failure is not None:
                self._regressions.add(task.id)
                self._screen.regression(task, task.first_failure)
            elif task.id in self._regressions:
                self._regressions.discard(task.id)
                self._screen.recovery(task)
