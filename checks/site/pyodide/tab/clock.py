"""The harness's clock in a browser: a tab has no thread that could tick, and no pause to leave out.

`absent.install` puts it in the place of checks/harness/app/clock.py; its functions are the same.
"""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

now = time.monotonic


def paused() -> float:
    """No pause is noticed here."""
    return 0.0


def is_over(started: float, seconds: float, _pid: int) -> bool:
    """Whether so many seconds have passed since `started`, a time of `now`."""
    return now() - started >= seconds


def seconds_left(seconds: float, _waited: Callable[[], float] = paused) -> Callable[[], float]:
    """Asked later, what is left of so many seconds from now."""
    started = now()
    return lambda: started + seconds - now()


def wait_for(
    attempt: Callable[[float], T], seconds: float, _waited: Callable[[], float] = paused
) -> T:
    """What `attempt` returns once that is true; at the end, what it returned last."""
    left = seconds_left(seconds)
    while not (result := attempt(max(0.0, left()))) and left() > 0:
        pass
    return result
