"""The watcher's promises, with a runner that the test steers."""

import io
import shutil
from collections.abc import Sequence
from pathlib import Path
from queue import Queue
from threading import Condition, Event, Thread

import pytest
from rich.console import Console

from checks.course.course import Course, Task, load_course
from checks.results.model import Cause, Results, TaskResult, TestResult, Verdict
from checks.results.records import Listener
from checks.runner.run import Cancelled
from checks.tests.support.day_one import DAY, workbook
from checks.watch.events import FileSaved, KeyPressed
from checks.watch.watch import Watch
from checks.workspace.progress import save_verdicts, verdicts

__all__ = ["workbook"]  # a fixture
MINE = f"{DAY}/app/crud/task.py"
LIMIT = 60.0


def results_of(course: Course, tasks: Sequence[Task], verdict: Verdict) -> Results:
    task_results = tuple(
        TaskResult(t.id, t.key, t.title.en, 1, (TestResult(t.id, "TestX::test_y", verdict),))
        for t in tasks
    )
    return Results(course.task_day(tasks[0]).folder, contained=False, tasks=task_results)


class ScreenBuffer(io.StringIO):
    """A screen that tells when something was written."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = Condition()

    def write(self, text: str) -> int:
        with self.changed:
            self.changed.notify_all()
            return super().write(text)


class WatchSession:
    """A watch on day 1 whose runs wait until the test says how they end."""

    def __init__(self, root: Path, task: str = "1.2") -> None:
        self.course = load_course(root)
        self.buffer = ScreenBuffer()
        self.runs: Queue[tuple[list[str], Event, Queue[Verdict]]] = Queue()
        self.prepared: Queue[list[str]] = Queue()
        screen = Console(file=self.buffer, width=100)
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
        """The next run: its tasks, its call-off, and where to put how it ends."""
        return self.runs.get(timeout=LIMIT)

    def end_run(self, verdict: Verdict) -> list[str]:
        """Let the next run end so; the tasks it was of."""
        tasks, _, verdict_queue = self.next_run()
        verdict_queue.put(verdict)
        return tasks

    def wait_for(self, words: str) -> str:
        """Everything on the screen once these words are on it."""
        with self.buffer.changed:
            self.buffer.changed.wait_for(lambda: words in self.buffer.getvalue(), LIMIT)
        return self.buffer.getvalue()

    def quit(self) -> str:
        """Everything that was on the screen."""
        self.watch.events.put(KeyPressed("q"))
        self._thread.join(LIMIT)
        assert not self._thread.is_alive()
        return self.buffer.getvalue()


def test_a_save_runs_the_task_again(workbook: Path) -> None:
    session = WatchSession(workbook)
    session.end_run(Verdict.FAIL)

    session.watch.events.put(FileSaved(MINE))

    assert session.end_run(Verdict.PASS) == ["1.2"]
    session.quit()


def test_a_save_during_a_run_calls_it_off_and_its_verdict_is_never_shown(workbook: Path) -> None:
    session = WatchSession(workbook)
    _, cancelled, _ = session.next_run()

    session.watch.events.put(FileSaved(MINE))
    assert cancelled.wait(LIMIT)
    session.end_run(Verdict.FAIL)
    session.wait_for("tests 0/1")

    assert session.quit().count("tests 0/1") == 1


@pytest.mark.parametrize(
    "path",
    ["day2-database/app/main.py", f"{DAY}/exercises/1.2-statistics.md", f"{DAY}/eventure.db"],
)
def test_what_is_not_the_learners_own_file_of_the_day_starts_nothing(
    workbook: Path, path: str
) -> None:
    session = WatchSession(workbook)
    session.end_run(Verdict.FAIL)

    session.watch.events.put(FileSaved(path))
    session.watch.events.put(KeyPressed("n"))

    assert session.end_run(Verdict.FAIL) == ["1.3"]
    session.quit()


def test_n_and_p_move_and_the_ends_are_named(workbook: Path) -> None:
    session = WatchSession(workbook, "1.4")
    session.end_run(Verdict.FAIL)

    session.watch.events.put(KeyPressed("n"))
    session.watch.events.put(KeyPressed("p"))

    assert session.end_run(Verdict.FAIL) == ["1.3"]
    assert "This is the last task." in session.quit()


def test_a_hint_is_shown_and_nothing_is_run(workbook: Path) -> None:
    session = WatchSession(workbook)
    session.end_run(Verdict.FAIL)

    session.watch.events.put(KeyPressed("h"))

    assert "1.2, hint 1 of" in session.quit()
    assert session.runs.empty()


def test_what_passed_before_is_run_after_the_task_and_a_loss_is_named(workbook: Path) -> None:
    course = load_course(workbook)
    save_verdicts(
        course, [results_of(course, [course.task("1.1"), course.task("1.3")], Verdict.PASS)]
    )
    session = WatchSession(workbook)

    assert session.end_run(Verdict.PASS) == ["1.2"]
    assert session.end_run(Verdict.FAIL) == ["1.1", "1.3"]

    assert "1.1 Layers: passed before and does not now" in session.wait_for("passed before")
    session.quit()
    assert verdicts(course)["layers"] is Verdict.FAIL


def test_a_failure_is_shown_while_the_other_tests_run_and_only_once(workbook: Path) -> None:
    session = WatchSession(workbook)
    _, _, verdict_queue = session.next_run()
    assert session.listener is not None

    session.listener.first_failure(
        TestResult("1.2", "TestX::test_y", Verdict.FAIL, cause=Cause("it is not 201"))
    )
    early = session.wait_for("it is not 201")
    verdict_queue.put(Verdict.FAIL)
    session.wait_for("seconds")

    assert "tests 0/1" not in early
    assert session.quit().count("it is not 201") == 1


def test_verdicts_are_shown_when_they_have_fallen_and_only_once(workbook: Path) -> None:
    session = WatchSession(workbook)
    _, _, verdict_queue = session.next_run()
    assert session.listener is not None

    session.listener.judged(results_of(session.course, [session.course.task("1.2")], Verdict.PASS))
    early = session.wait_for("seconds")
    verdict_queue.put(Verdict.PASS)
    session.prepared.get(timeout=LIMIT)

    assert "tests 1/1" in early
    assert session.quit().count("tests 1/1") == 1


def test_verdicts_that_change_while_things_are_put_away_are_shown_again(workbook: Path) -> None:
    session = WatchSession(workbook)
    _, _, verdict_queue = session.next_run()
    assert session.listener is not None

    session.listener.judged(results_of(session.course, [session.course.task("1.2")], Verdict.PASS))
    session.wait_for("tests 1/1")
    verdict_queue.put(Verdict.FAIL)

    assert "tests 0/1" in session.wait_for("tests 0/1")
    session.quit()
    assert verdicts(session.course)["event-statistics"] is Verdict.FAIL


def test_the_next_run_of_the_task_is_prepared_when_nobody_waits(workbook: Path) -> None:
    course = load_course(workbook)
    save_verdicts(course, [results_of(course, [course.task("1.1")], Verdict.PASS)])
    session = WatchSession(workbook)
    session.end_run(Verdict.PASS)
    assert session.prepared.empty()

    session.end_run(Verdict.PASS)

    assert session.prepared.get(timeout=LIMIT) == ["1.2"]
    session.quit()


def test_the_verdict_is_shown_before_the_others_are_run(workbook: Path) -> None:
    course = load_course(workbook)
    save_verdicts(course, [results_of(course, [course.task("1.1")], Verdict.PASS)])
    session = WatchSession(workbook)
    session.end_run(Verdict.PASS)

    tasks, _, verdict_queue = session.next_run()
    shown = session.wait_for("seconds")

    assert tasks == ["1.1"]
    assert "tests 1/1" in shown
    verdict_queue.put(Verdict.PASS)
    session.quit()


def test_what_was_lost_is_asked_on_each_save_until_it_passes_again(workbook: Path) -> None:
    course = load_course(workbook)
    save_verdicts(course, [results_of(course, [course.task("1.1")], Verdict.PASS)])
    session = WatchSession(workbook)
    session.end_run(Verdict.PASS)
    session.end_run(Verdict.FAIL)
    session.wait_for("passed before")

    session.watch.events.put(FileSaved(MINE))
    session.end_run(Verdict.PASS)

    assert session.end_run(Verdict.PASS) == ["1.1"], "the lost task is run again"
    session.wait_for("1.1 Layers: passes again")
    session.quit()
    assert verdicts(course)["layers"] is Verdict.PASS


def test_after_a_pass_the_next_step_is_named_unless_something_is_lost(workbook: Path) -> None:
    course = load_course(workbook)
    save_verdicts(course, [results_of(course, [course.task("1.1")], Verdict.PASS)])
    session = WatchSession(workbook)
    session.end_run(Verdict.PASS)
    session.end_run(Verdict.FAIL)
    assert "Next:" not in session.wait_for("passed before")

    session.watch.events.put(FileSaved(MINE))
    session.end_run(Verdict.PASS)
    session.end_run(Verdict.PASS)

    assert "Next: 1.3" in session.wait_for("Next:")
    session.quit()


def test_a_run_that_cannot_start_is_one_sentence_and_the_watch_goes_on(workbook: Path) -> None:
    session = WatchSession(workbook)
    session.end_run(Verdict.FAIL)
    shutil.rmtree(workbook / "days" / DAY / "exercises")

    session.watch.events.put(KeyPressed("h"))
    session.watch.events.put(KeyPressed("r"))
    session.end_run(Verdict.FAIL)

    assert "cannot be read: No such file" in session.quit()
