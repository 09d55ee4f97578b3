"""Which tests of a run are this process's: a second one has its own app, and does the rest.

Each test, a gate too, is asked by one of them. What stands behind a gate that another process
finds shut is blocked when the records are put together (`checks.gates`). A file whose tests share
something dear goes to one process whole: two would make it twice.
"""

import os
import select
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path

import pytest

# What takes a second or more to start, or to run once for all tests of a file.
DEAR = frozenset({"workshop", "worker"})
COMMAND = 10


def lane_of(text: str | None) -> tuple[int, int]:
    """`2/3`: the second of three. Raises pytest.UsageError."""
    try:
        number, of = map(int, (text or "1/1").split("/"))
    except ValueError:
        number = of = 0
    if not 1 <= number <= of:
        raise pytest.UsageError(f"--lane {text}: say which of how many, such as 1/2")
    return number, of


def own(items: Sequence[pytest.Item], number: int, of: int) -> list[pytest.Item]:
    """The tests of the lane with this number, in their order."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    mine = {
        item
        for place, group in enumerate(files.values())
        for item in _share(group, place, number, of)
    }
    return [item for item in items if item in mine]


def _share(group: list[pytest.Item], place: int, number: int, of: int) -> Iterable[pytest.Item]:
    if any(map(_dear, group)):
        return group if place % of == number - 1 else []
    before = [0, *accumulate(map(_weight, group))]
    lane = [weight * of // (before[-1] or 1) + 1 for weight in before]
    return [item for item, its in zip(group, lane, strict=False) if its == number]


def _weight(item: pytest.Item) -> int:
    """How much a test takes, roughly: a command begins a process, a request does not."""
    return COMMAND if "shell" in getattr(item, "fixturenames", ()) else 1


def _dear(item: pytest.Item) -> bool:
    asked = DEAR.intersection(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("whole") is not None


def let_off(line: Path) -> bool:
    """Wait until something comes by this FIFO; False when nobody has it open for writing."""
    descriptor = os.open(line, os.O_RDONLY | os.O_NONBLOCK)  # else it would wait for a writer
    try:
        while True:
            try:
                return os.read(descriptor, 1) != b""
            except BlockingIOError:
                select.select([descriptor], [], [])
    finally:
        os.close(descriptor)
