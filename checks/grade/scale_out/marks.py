"""A mark says that a worker grades a cell. It changes while the worker lives, and stays if it dies.

Clocks of several machines are never compared: a mark is alive when it was seen to change.
"""

import json
import secrets
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Thread

from checks.errors import CourseError
from checks.grade.scale_out.store import Store


@dataclass(frozen=True)
class Timing:
    """Seconds: between two changes of a mark, until an unchanged one is dead, between two looks."""

    beat: float = 5.0
    dead: float = 30.0
    look: float = 2.0


def worker_in(content: str) -> str:
    """The worker that a mark's content names; "" for none."""
    try:
        return str(json.loads(content)["worker"])[:100]
    except (ValueError, KeyError, TypeError):
        return ""


@contextmanager
def marked(store: Store, key: str, worker: str, timing: Timing) -> Iterator[str]:
    """Mark the cell in the block; yields the mark's name. Names begin with the time of their start.

    The mark is removed however the block ends: it stays only when the process is killed.
    """
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    ended = Event()

    def write(beat: int) -> None:
        store.put_mark(key, name, json.dumps({"worker": worker, "beat": beat}))

    write(0)
    thread = Thread(target=_keep_changing, args=(write, ended, timing.beat), daemon=True)
    thread.start()
    try:
        yield name
    finally:
        ended.set()
        thread.join()
        with suppress(CourseError):
            store.remove_mark(key, name)


def _keep_changing(write: Callable[[int], None], ended: Event, seconds: float) -> None:
    for beat in count(1):
        if ended.wait(seconds):
            return
        with suppress(CourseError):  # a store that is gone is told when the result is written
            write(beat)


def dead_before(
    store: Store,
    key: str,
    own: str,
    known: Collection[str],
    timing: Timing,
    wait: Callable[[float], object],
) -> int | None:
    """How many workers died of the cell before the mark `own`; None while an earlier one lives.

    `known` are marks known to be dead. The others are watched for as long as a mark may rest.
    """
    earlier = [name for name in store.marks(key) if name < own]
    unknown = {name: store.mark(key, name) for name in earlier if name not in known}
    for _ in range(max(1, round(timing.dead / timing.beat))):
        if not unknown:
            break
        wait(timing.beat)
        here = store.marks(key)
        unknown = {name: content for name, content in unknown.items() if name in here}
        if any(store.mark(key, name) != content for name, content in unknown.items()):
            return None
    return len([name for name in store.marks(key) if name < own])


@dataclass
class MarkWatch:
    """Which marks are dead, as one observer sees it; `clock` gives seconds that only grow."""

    timing: Timing
    clock: Callable[[], float] = time.monotonic
    _seen: dict[tuple[str, str], tuple[str, float]] = field(default_factory=dict)

    def is_dead(self, key: str, name: str, content: str) -> bool:
        """Whether the mark has not changed for too long; asked at each look."""
        now = self.clock()
        known, since = self._seen.get((key, name), (None, now))
        if content != known:
            since = now
            self._seen[key, name] = content, now
        return now - since >= self.timing.dead
