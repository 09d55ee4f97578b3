"""A session that has collected its tests: its forks judge as a run of their own would."""

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from checks.course.course import find_root, load_course
from checks.results.model import Results, Verdict
from checks.runner.collected import CollectedSessions, collected_sessions
from checks.runner.request import pytest_arguments
from checks.runner.run import RunRequest, run, run_request
from checks.zygote.client import running_zygote

COURSE = load_course(find_root(Path(__file__)), tree="solutions")
DAY = COURSE.days[0]
TASK = COURSE.task("1.2")


@pytest.fixture(scope="module")
def sessions() -> Iterator[CollectedSessions]:
    with running_zygote(), collected_sessions() as sessions:
        yield sessions


def request(tree: str, *names: str) -> RunRequest:
    sessions = run_request(COURSE, DAY, (TASK,), COURSE.root / tree / DAY.folder)
    return replace(sessions, tests=COURSE.root / "solutions" / DAY.folder, processes=1, names=names)


def verdicts(results: Results) -> dict[str, Verdict]:
    return {test.name: test.verdict for test in results.tasks[0].tests}


@pytest.mark.parametrize("tree", ["solutions", "days"])
def test_a_fork_judges_as_a_run_of_its_own(sessions: CollectedSessions, tree: str) -> None:
    if tree == "days" and not (COURSE.root / "days" / DAY.folder).is_dir():
        pytest.skip("days/ is not built")

    forked = run(request(tree), sessions=sessions)

    assert verdicts(forked) == verdicts(run(request(tree)))


def test_only_the_named_tests_are_planned(sessions: CollectedSessions) -> None:
    name = "TestCounts::test_counts_the_tasks_of_an_event_by_status"

    results = run(request("solutions", name), sessions=sessions)

    assert verdicts(results) == {name: Verdict.PASS}
    assert results.tasks[0].verdict is Verdict.PASS


def test_a_file_that_has_changed_is_collected_anew(
    sessions: CollectedSessions, tmp_path: Path
) -> None:
    file = tmp_path / "test_x.py"
    file.write_text("def test_x(): pass\n")
    before = sessions.socket(["-m", "pytest", str(file)])
    file.write_text("def test_x(): raise AssertionError\n")

    assert sessions.socket(["-m", "pytest", str(file)]) != before


def test_one_session_serves_all_runs_of_its_tests(sessions: CollectedSessions) -> None:
    words = ["-m", "pytest", "--version"]

    assert sessions.socket(words) == sessions.socket(words)


def test_a_session_outlives_a_run(sessions: CollectedSessions) -> None:
    """A session that ends at once would cost more than none, and no verdict would show it."""
    run(request("solutions"), sessions=sessions)

    with socket.socket(socket.AF_UNIX) as client:
        client.connect(sessions.socket(pytest_arguments(request("solutions"))))


def test_two_sessions_that_start_at_once_have_a_socket_each(sessions: CollectedSessions) -> None:
    words = [[*pytest_arguments(request("solutions")), *(["-v"] * number)] for number in (1, 2)]

    with ThreadPoolExecutor() as pool:
        first, second = pool.map(sessions.socket, words)

    assert first
    assert second
    assert first != second


def test_a_session_that_is_gone_is_done_without(sessions: CollectedSessions) -> None:
    run(request("solutions"), sessions=sessions)
    for path in sessions._sockets.values():
        if path:
            os.unlink(path)  # noqa: PTH108 - a string is at hand

    results = run(request("solutions"), sessions=sessions)

    assert results.passed
