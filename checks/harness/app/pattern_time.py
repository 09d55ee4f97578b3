"""A learner's pattern on the trusted side ends after a second of CPU time.

The number of ways in which a backtracking matcher tries a pattern of thirty characters may be
astronomic. That is a property of the pattern: it fails the test, and holds nobody up.
"""

import signal
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

SECONDS = 1.0
T = TypeVar("T")


class PatternTooSlow(Exception):
    """A pattern was tried for longer than the limit."""


def within_limit(matcher: Callable[[], T], seconds: float = SECONDS) -> T:
    """What the matcher returns. Raises PatternTooSlow after so much CPU time of this process.

    Python's `re` looks for signals while it tries. Only the main thread may call this.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise PatternTooSlow(f"it takes longer than {seconds:g} s")

    previous = signal.signal(signal.SIGVTALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        return matcher()
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)
