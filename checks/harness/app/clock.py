"""The clock of every deadline: the time in which this machine was paused does not count.

SIGSTOP, `docker pause` and a cgroup's freezer stop the app and this process together, while
`time.monotonic()` goes on. So a thread ticks ten times a second, and a tick that is late adds its
lateness to what was paused. The time in which this process computed or the thread waited for a CPU
is no pause: what a busy machine takes is given back by cpu_wait.py, up to a bound.
"""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import get_native_id
from typing import TypeVar

from checks.harness.app.cpu_wait import cpu_wait, extension
from checks.sandbox.process_tree import descendants

T = TypeVar("T")
TICK_SECONDS = 0.1
LATE_SECONDS = 1.0
"""A tick that is less late than this tells of no pause."""
LONGEST_CATCH_UP = 10
"""How many seconds a reader waits for a late tick: its thread may itself wait for a CPU."""


@dataclass(frozen=True)
class Tick:
    """A time, the CPU time of this process by then, and how long the thread waited for a CPU."""

    at: float
    used: float
    waited: float

    def lateness(self, last: "Tick") -> float:
        """The seconds since the last tick in which this process could have run and did not."""
        explained = TICK_SECONDS + (self.used - last.used) + (self.waited - last.waited)
        return self.at - last.at - explained


class Clock:
    """Ticks from the first question on; after a fork it begins again in the child."""

    def __init__(self) -> None:
        self._paused = 0.0
        self.restart()

    def restart(self) -> None:
        """Forget the thread, which a fork does not copy; what was paused stays."""
        self._ticked = threading.Condition()
        self._last: Tick | None = None

    def read(self) -> tuple[float, float]:
        """The time without pauses, and the sum of the pauses.

        After a pause it returns when the thread has ticked: only that tells a pause from a load.
        """
        with self._ticked:
            last, at = self._last or self._start(), time.monotonic()
            for _ in range(LONGEST_CATCH_UP):
                if at - last.at <= TICK_SECONDS + LATE_SECONDS:
                    break
                self._ticked.wait(1.0)
                last, at = self._last or last, time.monotonic()
            return at - self._paused, self._paused

    def _start(self) -> Tick:
        threading.Thread(target=self._tick_on, args=(self._ticked,), daemon=True).start()
        self._ticked.wait_for(lambda: self._last)
        assert self._last is not None, "the thread has ticked"
        return self._last

    def _tick_on(self, ticked: threading.Condition) -> None:
        while True:
            with ticked:
                tick = Tick(time.monotonic(), time.process_time(), cpu_wait(get_native_id()))
                late = tick.lateness(self._last or tick)
                self._paused += late if late > LATE_SECONDS else 0.0
                self._last = tick
                ticked.notify_all()
            time.sleep(TICK_SECONDS)


_CLOCK = Clock()
os.register_at_fork(after_in_child=_CLOCK.restart)


def now() -> float:
    """Seconds as those of `time.monotonic()`, which stand still while this machine is paused."""
    return _CLOCK.read()[0]


def paused() -> float:
    """For how many seconds this machine was paused since the first question."""
    return _CLOCK.read()[1]


def is_over(started: float, seconds: float, pid: int) -> bool:
    """Whether a process has had so many seconds since it `started`, a time of `now`.

    The time in which it, or one of its descendants, waited for a CPU does not count.
    """
    elapsed = now() - started
    if elapsed < seconds:
        return False
    waited = max(map(cpu_wait, (pid, *descendants(pid))))
    return elapsed >= seconds + extension(seconds, waited)


def seconds_left(seconds: float, waited: Callable[[], float] = lambda: 0.0) -> Callable[[], float]:
    """Asked later, what is left of so many seconds from now.

    `waited` tells how long the app has waited for a CPU; the seconds are extended by it.
    """
    started, before = now(), waited()
    return lambda: started + seconds + extension(seconds, waited() - before) - now()


def wait_for(
    attempt: Callable[[float], T], seconds: float, waited: Callable[[], float] = lambda: 0.0
) -> T:
    """What `attempt` returns once that is true; at the end of the `seconds`, what it returned last.

    It is given a timeout in seconds, and called again when a pause has used that up.
    """
    left = seconds_left(seconds, waited)
    while not (result := attempt(max(0.0, left()))) and left() > 0:
        pass
    return result
