"""A cell in doubt is graded while no other one is on this machine, and nobody waits for ever."""

from pathlib import Path
from threading import Event, Thread

import pytest

from checks.grade.scale_out.machine_lock import MachineLock
from checks.runner.run import Cancelled


class Others(Thread):
    """Somebody who wants in; `inside` once it is."""

    def __init__(self, lock: MachineLock, *, alone: bool) -> None:
        super().__init__(daemon=True)
        self.lock, self.is_alone = lock, alone
        self.inside, self.leave = Event(), Event()

    def run(self) -> None:
        with self.lock.alone() if self.is_alone else self.lock.beside_others():
            self.inside.set()
            self.leave.wait()


def lock_in(folder: Path) -> MachineLock:
    return MachineLock(folder, Event())


def test_others_are_graded_beside_each_other(tmp_path: Path) -> None:
    with lock_in(tmp_path).beside_others(), lock_in(tmp_path).beside_others():
        pass


def test_whoever_is_alone_waits_for_the_others_and_they_for_it(tmp_path: Path) -> None:
    alone, late = Others(lock_in(tmp_path), alone=True), Others(lock_in(tmp_path), alone=False)
    with lock_in(tmp_path).beside_others():
        alone.start()
        assert not alone.inside.is_set()
    assert alone.inside.wait(60)
    late.start()
    assert not late.inside.is_set()
    alone.leave.set()
    assert late.inside.wait(60)
    late.leave.set()


class Waiting(Event):
    """An event that is never set and tells that somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.begun.set()
        return super().wait(timeout)


def test_while_one_waits_to_be_alone_no_new_one_gets_in(tmp_path: Path) -> None:
    waiting, ended = Waiting(), Event()
    ended.set()
    alone = Others(MachineLock(tmp_path, waiting), alone=True)
    with lock_in(tmp_path).beside_others():
        alone.start()
        assert waiting.begun.wait(60)

        with pytest.raises(Cancelled), MachineLock(tmp_path, ended).beside_others():
            pass

    assert alone.inside.wait(60)
    alone.leave.set()


def test_a_cancelled_worker_does_not_wait(tmp_path: Path) -> None:
    cancelled = Event()
    cancelled.set()

    with (
        lock_in(tmp_path).alone(),
        pytest.raises(Cancelled),
        MachineLock(tmp_path, cancelled).beside_others(),
    ):
        pass
