"""A run that was begun before its save: it judges what is there at the save, and leaves nothing."""

import os
import select
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from checks.course.course import Course, load_course
from checks.results.model import Results, Verdict
from checks.runner.prestart import PrestartingRunner
from checks.runner.run import StartedRun
from checks.tests.support.day_one import DAY, workbook
from checks.zygote import client as zygote

__all__ = ["workbook"]  # a fixture


@pytest.fixture
def course(workbook: Path) -> Iterator[Course]:
    """Day 1 with the answer in it, and a warm parent."""
    answer = workbook / "solutions" / DAY / "app"
    shutil.copytree(answer, workbook / "days" / DAY / "app", dirs_exist_ok=True)
    with zygote.running_zygote():
        yield load_course(workbook)


@pytest.fixture
def prestarting_runner(course: Course) -> Iterator[PrestartingRunner]:
    runner = PrestartingRunner(course, "en")
    yield runner
    runner.close()


@pytest.fixture
def was_waiting(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each run whether it had been begun before and waited."""
    waited: list[bool] = []
    original_results = StartedRun.results

    def results(self: StartedRun, *args: object) -> Results:
        waited.append(all(process.fifo is not None for process in self._processes))
        return original_results(self, *args)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(StartedRun, "results", results)
    return waited


def verdict(course: Course, prestarting_runner: PrestartingRunner, task: str = "1.2") -> Verdict:
    return prestarting_runner.run([course.task(task)], Event()).tasks[0].verdict


def pids(prestarting_runner: PrestartingRunner) -> list[int]:
    assert prestarting_runner._next is not None
    return [process.process.pid for process in prestarting_runner._next[0]._processes]


def is_gone(pid: int) -> bool:
    """Whether it has ended, or does so soon: it says that it ends before it does."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    ready, _, _ = select.select([descriptor], [], [], 10)
    os.close(descriptor)
    return bool(ready)


def test_it_judges_what_is_there_when_it_is_let_off(
    course: Course, prestarting_runner: PrestartingRunner, was_waiting: list[bool]
) -> None:
    prestarting_runner.prepare([course.task("1.2")])
    (course.root / "days" / DAY / "app/main.py").write_text("raise RuntimeError('just now')\n")

    assert verdict(course, prestarting_runner) is Verdict.ERROR
    assert was_waiting == [True]


def test_the_verdict_is_that_of_any_run(
    course: Course, prestarting_runner: PrestartingRunner, was_waiting: list[bool]
) -> None:
    first = verdict(course, prestarting_runner)
    prestarting_runner.prepare([course.task("1.2")])

    assert [first, verdict(course, prestarting_runner)] == [Verdict.PASS, Verdict.PASS]
    assert was_waiting == [False, True]


def test_what_was_begun_for_other_tests_is_not_used(
    course: Course, prestarting_runner: PrestartingRunner, was_waiting: list[bool]
) -> None:
    task = course.task("1.2")
    prestarting_runner.prepare([task])
    os.utime(course.root / "days" / DAY / task.test, (1, 1))
    assert verdict(course, prestarting_runner) is Verdict.PASS

    prestarting_runner.prepare([course.task("1.3")])
    assert verdict(course, prestarting_runner) is Verdict.PASS

    assert was_waiting == [False, False]


def test_one_that_has_ended_by_itself_is_not_used(
    course: Course, prestarting_runner: PrestartingRunner, was_waiting: list[bool]
) -> None:
    prestarting_runner.prepare([course.task("1.2")])
    assert prestarting_runner._next is not None
    for process in prestarting_runner._next[0]._processes:
        os.kill(process.process.pid, 9)
        process.process.wait(10)

    assert verdict(course, prestarting_runner) is Verdict.PASS
    assert was_waiting == [False]


def test_nothing_of_it_is_left_when_the_watch_ends(
    course: Course, prestarting_runner: PrestartingRunner
) -> None:
    prestarting_runner.prepare([course.task("1.2")])
    waiting = pids(prestarting_runner)

    prestarting_runner.close()

    assert all(map(is_gone, waiting))


def test_who_waits_ends_when_whoever_has_begun_it_is_gone(
    course: Course, prestarting_runner: PrestartingRunner
) -> None:
    prestarting_runner.prepare([course.task("1.2")])
    assert prestarting_runner._next is not None
    processes = prestarting_runner._next[0]._processes

    for process in processes:
        assert process.fifo is not None
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, process.fifo)  # as if we were gone: nobody has the FIFO open for writing
        os.close(null)

    assert [process.process.wait(30) for process in processes] == [0, 0]
