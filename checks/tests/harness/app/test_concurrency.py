"""Calls in flight: all at once, behind a lock that is given back before they are waited for."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Barrier, Lock

import pytest

from checks.harness.app.concurrency import concurrent_calls, results


def test_all_calls_are_in_flight_at_once() -> None:
    meeting = Barrier(3, timeout=5)

    with concurrent_calls(meeting.wait, 3) as calls:
        pass

    assert sorted(results(calls)) == [0, 1, 2]


def test_the_lock_is_left_before_the_calls_are_waited_for() -> None:
    lock = Lock()

    @contextmanager
    def held() -> Iterator[None]:
        with lock:
            yield

    def call() -> bool:
        with lock:
            return True

    with concurrent_calls(call, 2, held()) as calls:
        assert not any(each.done() for each in calls)

    assert results(calls) == [True, True]


def test_what_a_call_raises_is_raised_with_its_result() -> None:
    def call() -> int:
        raise ValueError("no")

    with concurrent_calls(call, 1) as calls:
        pass

    with pytest.raises(ValueError, match="no"):
        results(calls)
