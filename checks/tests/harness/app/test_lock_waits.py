"""How long a test waits for requests to be blocked, and what a held row is for the others."""

import time
from itertools import count
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any, cast

import pytest

from checks.harness.app import connections, lock_waits
from checks.harness.app.lock_waits import TIMEOUT, RowHold, wait_for_locks


class Unblocked:
    """A database in which nobody waits for a lock; counts how often it is asked."""

    asked = 0

    def value(self, query: str) -> int:
        self.asked += 1
        return 0


@pytest.mark.parametrize(("waited", "asked"), [(0.0, 1), (TIMEOUT / 2, 3)])
def test_the_time_in_which_this_process_waits_for_a_cpu_does_not_count(
    monkeypatch: pytest.MonkeyPatch, waited: float, asked: int
) -> None:
    seconds, waits = count(0.0, TIMEOUT * 0.75), count(0.0, waited)
    for module in (connections, lock_waits):
        monkeypatch.setattr(module, "now", lambda: next(seconds))
    monkeypatch.setattr(lock_waits, "cpu_wait", lambda _: next(waits))
    database, answered = Unblocked(), Event()
    request = Thread(target=answered.wait, daemon=True)
    request.start()

    wait_for_locks(cast("Any", database), [request])

    answered.set()
    assert database.asked == asked


def test_requests_that_are_answered_are_not_waited_for() -> None:
    database = Unblocked()
    request = Thread(target=time.monotonic)
    request.start()
    request.join()

    wait_for_locks(cast("Any", database), [request])

    assert database.asked == 0


class Session:
    """A connection that keeps what it is told, until it is closed."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def execute(self, statement: str) -> None:
        self.statements.append(statement)

    def close(self) -> None:
        self.statements.append("close")


def test_rows_are_held_until_they_are_released() -> None:
    session = Session()

    with RowHold(cast("Any", SimpleNamespace(connect=lambda: session)), "users") as hold:
        assert session.statements == ["SELECT FROM users FOR UPDATE"]
        hold.release()
        assert session.statements[-1] == "close"
