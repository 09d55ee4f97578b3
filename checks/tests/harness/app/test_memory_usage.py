"""The memory of a sandbox: shared pages count once, and a measurement serves all who ask."""

import os
import sys
from types import SimpleNamespace

import pytest

from checks.harness.app import memory_usage
from checks.harness.app.memory_usage import memory_bytes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
MIB = 1 << 20


@pytest.fixture(autouse=True)
def sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three processes of 800 MiB each, which share all but 100 MiB of it."""
    monkeypatch.setattr(memory_usage, "_measurements", {})
    monkeypatch.setattr(memory_usage, "descendants", lambda pid: (pid + 1, pid + 2))
    monkeypatch.setattr(memory_usage, "_shared_bytes", lambda _: 0)
    monkeypatch.setattr(memory_usage, "_resident_bytes", lambda _: 800 * MIB)
    monkeypatch.setattr(memory_usage, "_proportional_bytes", lambda _: 333 * MIB)


def test_pages_that_processes_share_count_once() -> None:
    assert memory_bytes(1, (), limit=2048 * MIB) == 999 * MIB


def test_below_the_limit_the_quick_sum_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_usage, "_proportional_bytes", lambda _: pytest.fail("it was read"))

    assert memory_bytes(1, (), limit=4096 * MIB) == 2400 * MIB


def test_what_backends_hold_is_added() -> None:
    assert memory_bytes(1, (7,), limit=2048 * MIB) == (999 + 800) * MIB


def test_whoever_asks_at_once_gets_the_same_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    memory_bytes(1, (), limit=2048 * MIB)
    monkeypatch.setattr(memory_usage, "_resident_bytes", lambda _: pytest.fail("it was read"))

    assert memory_bytes(1, (), limit=2048 * MIB) == 999 * MIB


def test_a_costly_measurement_is_repeated_later_but_within_two_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = iter([100.0, 101.0])
    clock = SimpleNamespace(monotonic=lambda: next(times))
    monkeypatch.setattr(memory_usage, "time", clock)

    memory_bytes(os.getpid(), (), limit=4096 * MIB)

    recent = memory_usage._measurements[os.getpid()]
    assert recent.valid_until == 101.0 + memory_usage.MAX_AGE_SECONDS
