"""A mark says that a worker has a cell. It changes while the worker lives, and stays if it dies.

No clock of another machine is read: a mark is alive when it was seen to change, dead when it has
rested for long enough by the clock of whoever looks, and its name says nothing of a time.
"""

import json
import secrets
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from threading import Event, Lock, Thread

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


def is_grading(content: str) -> bool:
    """Whether the mark's worker has begun; it has not while it looks who else has the cell."""
    try:
        return json.loads(content)["grading"] is not False
    except (ValueError, KeyError, TypeError):
        return True


@dataclass
class Mark:
    """A worker's own mark of a cell; its beat grows with each write."""

    store: Store
    key: str
    worker: str
    name: str = field(default_factory=lambda: secrets.token_hex(16))
    beat: int = 0
    is_grading: bool = False
    _lock: Lock = field(default_factory=Lock)

    def write(self) -> None:
        """Change the mark in the store."""
        with self._lock:
            self.beat += 1
            content = {"worker": self.worker, "beat": self.beat, "grading": self.is_grading}
            self.store.put_mark(self.key, self.name, json.dumps(content))

    def begin_grading(self) -> None:
        """Say that this worker grades the cell: whoever else has it leaves it."""
        self.is_grading = True
        self.write()


@contextmanager
def marked(store: Store, key: str, worker: str, timing: Timing) -> Iterator[Mark]:
    """Mark the cell in the block.

    The mark is removed however the block ends: it stays only when the process is killed.
    """
    mark, ended = Mark(store, key, worker), Event()
    mark.write()
    thread = Thread(target=_keep_changing, args=(mark, ended, timing.beat), daemon=True)
    thread.start()
    try:
        yield mark
    finally:
        ended.set()
        thread.join()
        with suppress(CourseError):
            store.remove_mark(key, mark.name)


def _keep_changing(mark: Mark, ended: Event, seconds: float) -> None:
    while not ended.wait(seconds):
        with suppress(CourseError):  # a store that is gone is told when the result is written
            mark.write()


class _OtherMarks:
    """The other marks of a cell: what each says, and for how many looks it has not changed."""

    def __init__(self, own: Mark, known: Collection[str], enough: int) -> None:
        self._own, self._known, self._enough = own, known, enough
        self._rests: dict[str, tuple[str, int]] = {}

    def look(self) -> bool:
        """Read all of them; whether one lives whose worker grades the cell in place of this one.

        Of two that have not begun the smaller name does, so exactly one goes on.
        """
        seen, self._rests = self._rests, {}
        for name in self._names():
            content = self._own.store.mark(self._own.key, name)
            before, rest = seen.get(name, (content, -1))
            is_changed = bool(content) and content != before
            if is_changed and (is_grading(content) or name < self._own.name):
                return True
            is_at_rest = bool(content) and not is_changed  # an empty one is being written just now
            self._rests[name] = (content or before, rest + 1 if is_at_rest else 0)
        return False

    @property
    def all_rest(self) -> bool:
        """Whether none of them lives."""
        return all(rest >= self._enough for _, rest in self._rests.values())

    def dead(self, past: Collection[str]) -> int:
        """How many workers died of the cell, without those whose marks are `past`."""
        resting = {name for name, (_, rest) in self._rests.items() if rest >= self._enough}
        there = set(self._own.store.marks(self._own.key))
        return len((resting | set(self._known)) & there - set(past))

    def _names(self) -> list[str]:
        marks = self._own.store.marks(self._own.key)
        return [name for name in marks if name != self._own.name and name not in self._known]


def deaths(
    own: Mark,
    known: Collection[str],
    past: Collection[str],
    timing: Timing,
    wait: Callable[[float], object],
) -> int | None:
    """How many workers died of the cell that `own` marks; None: it is left to one that lives.

    `known` are marks known to be dead. The others are watched for as long as a mark may rest. Marks
    that are `past` belong to an earlier question: they may live, but no death of theirs counts.
    """
    enough = max(1, round(timing.dead / timing.beat))
    others = _OtherMarks(own, known, enough)
    for _ in range(3 * enough):  # one that lives and has not begun leaves the cell to this one
        if others.look():
            return None
        if others.all_rest:
            break
        wait(timing.beat)
    return others.dead(past)


class Life(Enum):
    """What an observer knows of a mark."""

    UNKNOWN = "seen, but not for long enough"
    LIVING = "seen to change"
    DEAD = "unchanged for too long"


@dataclass
class MarkWatch:
    """Which marks live, as one observer sees it; `clock` gives seconds that only grow."""

    timing: Timing
    clock: Callable[[], float] = time.monotonic
    _seen: dict[tuple[str, str], tuple[str, float, Life]] = field(default_factory=dict)

    def life(self, key: str, name: str, content: str) -> Life:
        """What is known of the mark now; asked at each look."""
        now = self.clock()
        known, since, life = self._seen.get((key, name), (content, now, Life.UNKNOWN))
        if content != known:
            since, life = now, Life.LIVING
        self._seen[key, name] = content, since, life
        return Life.DEAD if now - since >= self.timing.dead else life
