"""`checks watch` on day 1, with a runner that the test steers."""

import io
from collections.abc import Sequence
from pathlib import Path
from queue import Queue
from threading import Condition, Event, Thread

from rich.console import Console

from checks.course.course import Course, Task, load_course
from checks.results.model import Results, TaskResult, TestResult, Verdict
from checks.results.records import Listener
from checks.runner.run import Cancelled
from checks.tests.support.day_one import DAY
from checks.watch.events import KeyPressed
from checks.watch.watch import Watch

TIMEOUT_SECONDS = 60.0
OWN_FILE = f"{DAY}/app/crud/task.py"
"""A file that the learner edits for task 1.2, below days/."""


def results_of(course: Course, tasks: Sequence[Task], verdict: Verdict) -> Results:
    task_results = tuple(
        TaskResult(t.id, t.key, t.title.en, 1, (TestResult(t.id, "TestX::test_y", verdict),))
        for t in tasks
    )
    return Results(course.task_day(tasks[0]).folder, contained=False, tasks=task_results)


class ScreenBuffer(io.StringIO):
    """A text stream that notifies waiting threads of each write."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = Condition()

    def write(self, text: str) -> int:
        with self.changed:
            self.changed.notify_all()
            return super().write(text)


class WatchSession:
    """A watch on day 1; each run waits for the verdict that the test gives it."""

    def __init__(self, root: Path, task: str = "1.2", *, terminal: bool = False) -> None:
        self.course = load_course(root)
        self.buffer = ScreenBuffer()
        self.runs: Queue[tuple[list[str], Event, Queue[Verdict]]] = Queue()
        self.prepared: Queue[list[str]] = Queue()
        screen = Console(file=self.buffer, width=100, height=40, force_terminal=terminal)
        self.watch = Watch(self.course, self.course.task(task), "en", screen, self)
        self._thread = Thread(target=self.watch.loop, daemon=True)
        self._thread.start()

    def run(
        self, tasks: Sequence[Task], cancelled: Event, listener: Listener | None = None
    ) -> Results:
        verdict_queue: Queue[Verdict] = Queue()
        self.listener = listener
        self.runs.put(([task.id for task in tasks], cancelled, verdict_queue))
        while not cancelled.is_set():
            if not verdict_queue.empty():
                return results_of(self.course, tasks, verdict_queue.get())
            cancelled.wait(0.005)
        raise Cancelled

    def prepare(self, tasks: Sequence[Task]) -> None:
        self.prepared.put([task.id for task in tasks])

    def next_run(self) -> tuple[list[str], Event, Queue[Verdict]]:
        """The next run: its tasks, its cancel event, and the queue for its verdict."""
        return self.runs.get(timeout=TIMEOUT_SECONDS)

    def end_run(self, verdict: Verdict) -> list[str]:
        """End the next run with a verdict; the ids of its tasks."""
        tasks, _, verdict_queue = self.next_run()
        verdict_queue.put(verdict)
        return tasks

    def wait_for(self, words: str) -> str:
        """The whole screen once these words are on it."""
        with self.buffer.changed:
            self.buffer.changed.wait_for(lambda: words in self.buffer.getvalue(), TIMEOUT_SECONDS)
        return self.buffer.getvalue()

    def quit(self) -> str:
        """Quit the watch; the whole screen."""
        self.watch.events.put(KeyPressed("q"))
        self._thread.join(TIMEOUT_SECONDS)
        assert not self._thread.is_alive()
        return self.buffer.getvalue()
