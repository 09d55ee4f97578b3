"""Wait for a condition that nothing announces: ask again and again, until a timeout."""

import time
from collections.abc import Callable
from typing import TypeVar

from checks.harness.app.clock import now

T = TypeVar("T")

POLL_SECONDS = 0.02


def holds_within(
    timeout: float, condition: Callable[[], object], interval: float = POLL_SECONDS
) -> bool:
    """Whether the condition came to hold in `timeout` seconds; asked every `interval` seconds."""
    deadline = now() + timeout
    while not condition():
        if now() >= deadline:
            return False
        time.sleep(interval)
    return True


def wait_until(
    condition: Callable[[], object], sentence: str, timeout: float, interval: float = POLL_SECONDS
) -> None:
    """Return when the condition holds.

    Raises:
        AssertionError: it does not after `timeout` seconds; the message is the sentence.
    """
    if not holds_within(timeout, condition, interval):
        raise AssertionError(sentence)


def last_value(
    read: Callable[[], T], expected: T, timeout: float, interval: float = POLL_SECONDS
) -> T:
    """What `read` gives once that is `expected`; after `timeout` seconds, what it gave last."""
    deadline = now() + timeout
    while (value := read()) != expected and now() < deadline:
        time.sleep(interval)
    return value
