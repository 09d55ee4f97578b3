"""A worker without cells ends itself, one that grades or was not asked to does not."""

from collections.abc import Callable
from threading import Event

import pytest
from celery.worker import state

from checks.grade.scale_out.celery_worker import Idle
from checks.tests.grade.scale_out.workers import Clock


@pytest.fixture(autouse=True)
def asked_to_stop(monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Whether Celery was asked to stop, with exit code 0."""
    monkeypatch.setattr(state, "should_stop", None)
    return lambda: state.should_stop is not None and state.should_stop == 0


class Looks(Event):
    """The end of a worker after some looks; before each, what a test wants to happen."""

    def __init__(self, *before: Callable[[], object]) -> None:
        super().__init__()
        self.before, self.begun = before, 0

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        assert timeout <= 1.0, "the end of a worker is seen within a second"
        if self.begun == len(self.before):
            return True
        self.begun += 1
        self.before[self.begun - 1]()
        return False


def passing(clock: Clock, seconds: float) -> Callable[[], None]:
    def pass_time() -> None:
        clock.now += seconds

    return pass_time


def test_it_ends_once_no_cell_has_come_for_long_enough(asked_to_stop: Callable[[], bool]) -> None:
    clock = Clock(1000.0)
    looks = Looks(passing(clock, 9.0), passing(clock, 0.9), passing(clock, 0.1), pytest.fail)

    Idle(10.0, clock).watch(looks)

    assert asked_to_stop()
    assert looks.begun == 3


def test_the_time_begins_when_it_is_ready_and_again_after_each_cell(
    asked_to_stop: Callable[[], bool],
) -> None:
    clock = Clock()
    idle = Idle(10.0, clock)
    clock.now = 500.0

    def grade_a_cell() -> None:
        with idle.busy():
            clock.now += 9.0

    idle.watch(Looks(passing(clock, 9.0), grade_a_cell, passing(clock, 9.0)))

    assert not asked_to_stop()


def test_it_does_not_end_while_a_cell_is_graded(asked_to_stop: Callable[[], bool]) -> None:
    clock = Clock()
    idle = Idle(10.0, clock)

    with idle.busy():
        idle.watch(Looks(passing(clock, 100.0), passing(clock, 100.0)))

    assert not asked_to_stop()


def test_of_two_cells_the_last_one_counts(asked_to_stop: Callable[[], bool]) -> None:
    clock = Clock()
    idle = Idle(10.0, clock)
    with idle.busy():
        with idle.busy():
            pass
        idle.watch(Looks(passing(clock, 100.0)))

    assert not asked_to_stop()


def test_without_a_number_it_waits_for_ever(asked_to_stop: Callable[[], bool]) -> None:
    Idle(0.0).watch(Looks(pytest.fail))

    assert not asked_to_stop()
