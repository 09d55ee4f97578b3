"""`checks watch`: what a save and a key do, and what is shown when."""

import shutil
from pathlib import Path

import pytest

from checks.cli.watch import saved_file
from checks.course.course import load_course
from checks.results.model import Cause, TestResult, Verdict
from checks.results.run_progress import Progress
from checks.terminal.progress_line import CLEAR_BELOW
from checks.tests.support.day_one import DAY, workbook
from checks.tests.support.repository import ROOT
from checks.tests.support.watch_session import OWN_FILE, TIMEOUT_SECONDS, WatchSession, results_of
from checks.tests.support.workbook import commit, git
from checks.watch.events import FileSaved, KeyPressed, Resized
from checks.workspace.attempts import read_attempts
from checks.workspace.progress import save_verdicts, verdicts

__all__ = ["workbook"]  # a fixture


def test_a_save_runs_the_task_again(workbook: Path) -> None:
    session = WatchSession(workbook)
    session.end_run(Verdict.FAIL)

    session.watch.events.put(FileSaved(OWN_FILE))

    assert session.end_run(Verdict.PASS) == ["1.2"]
    session.quit()


def test_a_save_during_a_run_calls_it_off_and_its_verdict_is_never_shown(workbook: Path) -> None:
    session = WatchSession(workbook)
    _, cancelled, _ = session.next_run()

    session.watch.events.put(FileSaved(OWN_FILE))
    assert cancelled.wait(TIMEOUT_SECONDS)
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


def test_n_goes_to_the_open_task_that_the_board_names_next_and_p_to_the_one_above(
    workbook: Path,
) -> None:
    course = load_course(workbook)
    save_verdicts(course, [results_of(course, [course.task("1.3")], Verdict.PASS)])
    session = WatchSession(workbook)
    session.end_run(Verdict.PASS)
    session.end_run(Verdict.PASS)
    assert "Next: 1.4" in session.wait_for("Next:")

    session.watch.events.put(KeyPressed("n"))
    assert session.end_run(Verdict.FAIL) == ["1.4"]
    session.watch.events.put(KeyPressed("p"))

    assert session.end_run(Verdict.FAIL) == ["1.3"]
    session.quit()


def test_n_at_the_last_task_goes_to_what_was_left_out_and_else_says_so(workbook: Path) -> None:
    session = WatchSession(workbook, "1.4")
    session.end_run(Verdict.PASS)
    session.watch.events.put(KeyPressed("n"))
    assert session.end_run(Verdict.FAIL) == ["1.1"]
    session.watch.events.put(KeyPressed("p"))

    assert "This is the first task." in session.wait_for("This is the first task.")
    session.quit()


def test_a_hint_is_shown_and_nothing_is_run(workbook: Path) -> None:
    session = WatchSession(workbook)
    session.end_run(Verdict.FAIL)

    session.watch.events.put(KeyPressed("h"))

    assert "1.2, hint 1 of" in session.quit()
    assert session.runs.empty()


def test_a_pass_offers_its_commit_and_its_debrief_one_key_away(workbook: Path) -> None:
    commit(workbook)
    git(workbook, "config", "user.name", "t")
    git(workbook, "config", "user.email", "t@example.org")
    (workbook / "docs" / "quiz").mkdir(parents=True)
    shutil.copy2(ROOT / "docs/quiz/day1.toml", workbook / "docs/quiz/day1.toml")
    (workbook / "days" / OWN_FILE).write_text("# mine\n")
    session = WatchSession(workbook, terminal=True)
    session.end_run(Verdict.PASS)
    offered = session.wait_for("d debrief")

    for key in "cd2":
        session.watch.events.put(KeyPressed(key))

    assert "c commit" in offered
    shown = session.quit()
    assert "committed: 1.2 Event statistics" in shown
    assert "What others do" in shown
    assert "Right. Why it works:" in shown
    assert git(workbook, "log", "-1", "--format=%s").strip() == "1.2 Event statistics"


@pytest.mark.parametrize("key", ["h", "b"])
def test_the_keys_stand_below_whatever_a_key_has_shown(workbook: Path, key: str) -> None:
    session = WatchSession(workbook, terminal=True)
    session.end_run(Verdict.FAIL)
    session.wait_for("1.2 ✘")

    session.watch.events.put(KeyPressed(key))

    assert "q quit" in session.quit().splitlines()[-1]


def test_running_is_gone_once_the_verdict_is_there(workbook: Path) -> None:
    session = WatchSession(workbook, terminal=True)
    running = session.wait_for("running …")
    session.end_run(Verdict.FAIL)

    shown = session.wait_for("1.2 ✘")

    assert "running …" in running
    assert shown.index("running …") < shown.index(CLEAR_BELOW) < shown.index("tests 0/1")
    assert shown.count("running …") == 1
    session.quit()


@pytest.mark.parametrize(("key", "says"), [("c", "1.2 does not pass yet"), ("d", "1.2 does not")])
def test_before_a_pass_neither_is_given(workbook: Path, key: str, says: str) -> None:
    session = WatchSession(workbook)
    session.end_run(Verdict.FAIL)
    session.wait_for("seconds")

    session.watch.events.put(KeyPressed(key))

    assert says in session.quit()


def test_each_run_of_the_task_is_an_attempt(workbook: Path) -> None:
    session = WatchSession(workbook)
    session.end_run(Verdict.FAIL)
    session.wait_for("0/1")
    session.watch.events.put(KeyPressed("r"))
    session.end_run(Verdict.PASS)
    session.wait_for("1/1")
    session.quit()

    assert [each.verdict for each in read_attempts(workbook)] == ["fail", "pass"]


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


def test_of_two_failures_the_one_of_the_earlier_test_remains(workbook: Path) -> None:
    session = WatchSession(workbook, terminal=True)
    _, _, verdict_queue = session.next_run()
    assert session.listener is not None

    session.listener.first_failure(
        TestResult("1.2", "TestX::test_z", Verdict.FAIL, cause=Cause("it is not 404"))
    )
    session.wait_for("it is not 404")
    verdict_queue.put(Verdict.FAIL)
    session.wait_for("seconds")

    shown = session.quit().rpartition("\x1b[2J")[2]
    assert "test_y" in shown
    assert "it is not 404" not in shown


def test_verdicts_are_shown_when_they_have_fallen_and_only_once(workbook: Path) -> None:
    session = WatchSession(workbook)
    _, _, verdict_queue = session.next_run()
    assert session.listener is not None

    session.listener.judged(results_of(session.course, [session.course.task("1.2")], Verdict.PASS))
    early = session.wait_for("seconds")
    verdict_queue.put(Verdict.PASS)
    session.prepared.get(timeout=TIMEOUT_SECONDS)

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


def test_a_run_that_cannot_start_is_one_sentence_and_the_watch_goes_on(workbook: Path) -> None:
    session = WatchSession(workbook)
    session.end_run(Verdict.FAIL)
    shutil.rmtree(workbook / "days" / DAY / "exercises")

    session.watch.events.put(KeyPressed("h"))
    session.watch.events.put(KeyPressed("r"))
    session.end_run(Verdict.FAIL)

    assert "cannot be read: No such file" in session.quit()


def test_how_far_a_run_is_and_the_tasks_of_the_day_stand_on_a_terminal(workbook: Path) -> None:
    session = WatchSession(workbook, terminal=True)
    _, _, verdict_queue = session.next_run()
    assert session.listener is not None

    session.listener.progress(Progress(3, 16, "test_slow"))
    running = session.wait_for("3/16")
    verdict_queue.put(Verdict.FAIL)
    shown = session.wait_for("1.2 ✘")

    assert "still at slow" in running
    assert "q quit" in running
    assert all(each in shown for each in ("1.1 ·", "1.2 ✘", "1.3 ·", "1.4 ·"))
    session.quit()


def test_another_size_of_the_terminal_draws_the_screen_anew(workbook: Path) -> None:
    session = WatchSession(workbook, terminal=True)
    session.end_run(Verdict.FAIL)
    before = session.wait_for("1.2 ✘").count("tests 0/1")

    session.watch.events.put(Resized())

    assert session.quit().count("tests 0/1") == before + 1
    assert session.runs.empty()


@pytest.mark.parametrize(
    ("written", "saved"),
    [
        (("app/a.py", "app/.a.py.swp", "app/4913"), "app/a.py"),
        (("app/a.py~", "app/b.py"), "app/b.py"),
        (("app/.a.py.swp",), None),
        (("app/gone.py",), "app/gone.py"),
        (("app/gone.py", "app/z.py"), "app/z.py"),
    ],
)
def test_the_file_is_named_and_not_what_an_editor_writes_on_the_way(
    tmp_path: Path, written: tuple[str, ...], saved: str | None
) -> None:
    (tmp_path / "app").mkdir()
    for name in written:
        if "gone" not in name:
            (tmp_path / name).write_text("")

    found = saved_file([tmp_path / name for name in written])

    assert found == (tmp_path / saved if saved else None)
