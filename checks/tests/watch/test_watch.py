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


def results(course: Course, tasks: Sequence[Task], verdict: Verdict) -> Results:
    judged = tuple(
        TaskResult(t.id, t.key, t.title.en, 1, (TestResult(t.id, "TestX::test_y", verdict),))
        for t in tasks
    )
    return Results(course.task_day(tasks[0]).folder, contained=False, tasks=judged)


class Paper(io.StringIO):
    """A screen that tells when something was written."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = Condition()

    def write(self, text: str) -> int:
        with self.changed:
            self.changed.notify_all()
            return super().write(text)


class Stage:
    """A watch on day 1 whose runs wait until the test says how they end."""

    def __init__(self, root: Path, task: str = "1.2") -> None:
        self.course = load_course(root)
        self.text = Paper()
        self.runs: Queue[tuple[list[str], Event, Queue[Verdict]]] = Queue()
        self.prepared: Queue[list[str]] = Queue()
        screen = Console(file=self.text, width=100)
        self.watch = Watch(self.course, self.course.task(task), "en", screen, self)
        self._thread = Thread(target=self.watch.loop, daemon=True)
        self._thread.start()

    def run(
        self, tasks: Sequence[Task], cancelled: Event, listener: Listener | None = None
    ) -> Results:
        ending: Queue[Verdict] = Queue()
        self.listener = listener
        self.runs.put(([task.id for task in tasks], cancelled, ending))
        while not cancelled.is_set():
            if not ending.empty():
                return results(self.course, tasks, ending.get())
            cancelled.wait(0.005)
        raise Cancelled

    def prepare(self, tasks: Sequence[Task]) -> None:
        self.prepared.put([task.id for task in tasks])

    def started(self) -> tuple[list[str], Event, Queue[Verdict]]:
        """The next run: its tasks, its call-off, and where to put how it ends."""
        return self.runs.get(timeout=LIMIT)

    def end(self, verdict: Verdict) -> list[str]:
        """Let the next run end so; the tasks it was of."""
        tasks, _, ending = self.started()
        ending.put(verdict)
        return tasks

    def shown(self, words: str) -> str:
        """Everything on the screen once these words are on it."""
        with self.text.changed:
            self.text.changed.wait_for(lambda: words in self.text.getvalue(), LIMIT)
        return self.text.getvalue()

    def quit(self) -> str:
        """Everything that was on the screen."""
        self.watch.events.put(KeyPressed("q"))
        self._thread.join(LIMIT)
        assert not self._thread.is_alive()
        return self.text.getvalue()


def test_a_save_runs_the_task_again(workbook: Path) -> None:
    stage = Stage(workbook)
    stage.end(Verdict.FAIL)

    stage.watch.events.put(FileSaved(MINE))

    assert stage.end(Verdict.PASS) == ["1.2"]
    stage.quit()


def test_a_save_during_a_run_calls_it_off_and_its_verdict_is_never_shown(workbook: Path) -> None:
    stage = Stage(workbook)
    _, cancelled, _ = stage.started()

    stage.watch.events.put(FileSaved(MINE))
    assert cancelled.wait(LIMIT)
    stage.end(Verdict.FAIL)
    stage.shown("tests 0/1")

    assert stage.quit().count("tests 0/1") == 1


@pytest.mark.parametrize(
    "path",
    ["day2-database/app/main.py", f"{DAY}/exercises/1.2-statistics.md", f"{DAY}/eventure.db"],
)
def test_what_is_not_the_learners_own_file_of_the_day_starts_nothing(
    workbook: Path, path: str
) -> None:
    stage = Stage(workbook)
    stage.end(Verdict.FAIL)

    stage.watch.events.put(FileSaved(path))
    stage.watch.events.put(KeyPressed("n"))

    assert stage.end(Verdict.FAIL) == ["1.3"]
    stage.quit()


def test_n_and_p_move_and_the_ends_are_named(workbook: Path) -> None:
    stage = Stage(workbook, "1.4")
    stage.end(Verdict.FAIL)

    stage.watch.events.put(KeyPressed("n"))
    stage.watch.events.put(KeyPressed("p"))

    assert stage.end(Verdict.FAIL) == ["1.3"]
    assert "This is the last task." in stage.quit()


def test_a_hint_is_shown_and_nothing_is_run(workbook: Path) -> None:
    stage = Stage(workbook)
    stage.end(Verdict.FAIL)

    stage.watch.events.put(KeyPressed("h"))

    assert "1.2, hint 1 of" in stage.quit()
    assert stage.runs.empty()


def test_what_passed_before_is_run_after_the_task_and_a_loss_is_named(workbook: Path) -> None:
    course = load_course(workbook)
    save_verdicts(course, [results(course, [course.task("1.1"), course.task("1.3")], Verdict.PASS)])
    stage = Stage(workbook)

    assert stage.end(Verdict.PASS) == ["1.2"]
    assert stage.end(Verdict.FAIL) == ["1.1", "1.3"]

    assert "1.1 Layers: passed before and does not now" in stage.shown("passed before")
    stage.quit()
    assert verdicts(course)["layers"] is Verdict.FAIL


def test_a_failure_is_shown_while_the_other_tests_run_and_only_once(workbook: Path) -> None:
    stage = Stage(workbook)
    _, _, ending = stage.started()
    assert stage.listener is not None

    stage.listener.first_failure(
        TestResult("1.2", "TestX::test_y", Verdict.FAIL, cause=Cause("it is not 201"))
    )
    early = stage.shown("it is not 201")
    ending.put(Verdict.FAIL)
    stage.shown("seconds")

    assert "tests 0/1" not in early
    assert stage.quit().count("it is not 201") == 1


def test_verdicts_are_shown_when_they_have_fallen_and_only_once(workbook: Path) -> None:
    stage = Stage(workbook)
    _, _, ending = stage.started()
    assert stage.listener is not None

    stage.listener.judged(results(stage.course, [stage.course.task("1.2")], Verdict.PASS))
    early = stage.shown("seconds")
    ending.put(Verdict.PASS)
    stage.prepared.get(timeout=LIMIT)

    assert "tests 1/1" in early
    assert stage.quit().count("tests 1/1") == 1


def test_verdicts_that_change_while_things_are_put_away_are_shown_again(workbook: Path) -> None:
    stage = Stage(workbook)
    _, _, ending = stage.started()
    assert stage.listener is not None

    stage.listener.judged(results(stage.course, [stage.course.task("1.2")], Verdict.PASS))
    stage.shown("tests 1/1")
    ending.put(Verdict.FAIL)

    assert "tests 0/1" in stage.shown("tests 0/1")
    stage.quit()
    assert verdicts(stage.course)["event-statistics"] is Verdict.FAIL


def test_the_next_run_of_the_task_is_prepared_when_nobody_waits(workbook: Path) -> None:
    course = load_course(workbook)
    save_verdicts(course, [results(course, [course.task("1.1")], Verdict.PASS)])
    stage = Stage(workbook)
    stage.end(Verdict.PASS)
    assert stage.prepared.empty()

    stage.end(Verdict.PASS)

    assert stage.prepared.get(timeout=LIMIT) == ["1.2"]
    stage.quit()


def test_the_verdict_is_shown_before_the_others_are_run(workbook: Path) -> None:
    course = load_course(workbook)
    save_verdicts(course, [results(course, [course.task("1.1")], Verdict.PASS)])
    stage = Stage(workbook)
    stage.end(Verdict.PASS)

    tasks, _, ending = stage.started()
    shown = stage.shown("seconds")

    assert tasks == ["1.1"]
    assert "tests 1/1" in shown
    ending.put(Verdict.PASS)
    stage.quit()


def test_what_was_lost_is_asked_on_each_save_until_it_passes_again(workbook: Path) -> None:
    course = load_course(workbook)
    save_verdicts(course, [results(course, [course.task("1.1")], Verdict.PASS)])
    stage = Stage(workbook)
    stage.end(Verdict.PASS)
    stage.end(Verdict.FAIL)
    stage.shown("passed before")

    stage.watch.events.put(FileSaved(MINE))
    stage.end(Verdict.PASS)

    assert stage.end(Verdict.PASS) == ["1.1"], "the lost task is run again"
    stage.shown("1.1 Layers: passes again")
    stage.quit()
    assert verdicts(course)["layers"] is Verdict.PASS


def test_after_a_pass_the_next_step_is_named_unless_something_is_lost(workbook: Path) -> None:
    course = load_course(workbook)
    save_verdicts(course, [results(course, [course.task("1.1")], Verdict.PASS)])
    stage = Stage(workbook)
    stage.end(Verdict.PASS)
    stage.end(Verdict.FAIL)
    assert "Next:" not in stage.shown("passed before")

    stage.watch.events.put(FileSaved(MINE))
    stage.end(Verdict.PASS)
    stage.end(Verdict.PASS)

    assert "Next: 1.3" in stage.shown("Next:")
    stage.quit()


def test_a_run_that_cannot_start_is_one_sentence_and_the_watch_goes_on(workbook: Path) -> None:
    stage = Stage(workbook)
    stage.end(Verdict.FAIL)
    shutil.rmtree(workbook / "days" / DAY / "exercises")

    stage.watch.events.put(KeyPressed("h"))
    stage.watch.events.put(KeyPressed("r"))
    stage.end(Verdict.FAIL)

    assert "cannot be read: No such file" in stage.quit()
