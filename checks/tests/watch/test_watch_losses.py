"""What passed before is run after the task, and a task that no longer passes is named."""

from pathlib import Path

from checks.course.course import load_course
from checks.results.model import Verdict
from checks.tests.support.day_one import workbook
from checks.tests.support.watch_session import OWN_FILE, TIMEOUT_SECONDS, WatchSession, results_of
from checks.watch.events import FileSaved
from checks.workspace.progress import save_verdicts, verdicts

__all__ = ["workbook"]  # a fixture


def session_after_passing(workbook: Path, *tasks: str) -> WatchSession:
    """A watch of a learner for whom these tasks have passed before."""
    course = load_course(workbook)
    passed = [course.task(task) for task in tasks]
    save_verdicts(course, [results_of(course, passed, Verdict.PASS)])
    return WatchSession(workbook)


def test_what_passed_before_is_run_after_the_task_and_a_loss_is_named(workbook: Path) -> None:
    course = load_course(workbook)
    session = session_after_passing(workbook, "1.1", "1.3")

    assert session.end_run(Verdict.PASS) == ["1.2"]
    assert session.end_run(Verdict.FAIL) == ["1.1", "1.3"]

    assert "1.1 Layers: passed before and does not now" in session.wait_for("passed before")
    session.quit()
    assert verdicts(course)["layers"] is Verdict.FAIL


def test_the_next_run_of_the_task_is_prepared_when_nobody_waits(workbook: Path) -> None:
    session = session_after_passing(workbook, "1.1")
    session.end_run(Verdict.PASS)
    assert session.prepared.empty()

    session.end_run(Verdict.PASS)

    assert session.prepared.get(timeout=TIMEOUT_SECONDS) == ["1.2"]
    session.quit()


def test_the_verdict_is_shown_before_the_others_are_run(workbook: Path) -> None:
    session = session_after_passing(workbook, "1.1")
    session.end_run(Verdict.PASS)

    tasks, _, verdict_queue = session.next_run()
    shown = session.wait_for("seconds")

    assert tasks == ["1.1"]
    assert "tests 1/1" in shown
    verdict_queue.put(Verdict.PASS)
    session.quit()


def test_what_was_lost_is_asked_on_each_save_until_it_passes_again(workbook: Path) -> None:
    course = load_course(workbook)
    session = session_after_passing(workbook, "1.1")
    session.end_run(Verdict.PASS)
    session.end_run(Verdict.FAIL)
    session.wait_for("passed before")

    session.watch.events.put(FileSaved(OWN_FILE))
    session.end_run(Verdict.PASS)

    assert session.end_run(Verdict.PASS) == ["1.1"], "the lost task is run again"
    session.wait_for("1.1 Layers: passes again")
    session.quit()
    assert verdicts(course)["layers"] is Verdict.PASS


def test_after_a_pass_the_next_step_is_named_unless_something_is_lost(workbook: Path) -> None:
    session = session_after_passing(workbook, "1.1")
    session.end_run(Verdict.PASS)
    session.end_run(Verdict.FAIL)
    assert "Next:" not in session.wait_for("passed before")

    session.watch.events.put(FileSaved(OWN_FILE))
    session.end_run(Verdict.PASS)
    session.end_run(Verdict.PASS)

    assert "Next: 1.3" in session.wait_for("Next:")
    session.quit()
