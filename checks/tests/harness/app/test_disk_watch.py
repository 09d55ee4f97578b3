"""A disk that was full for a moment is remembered: what failed on it says nothing about the app."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Event, active_count
from types import SimpleNamespace

import pytest

from checks.harness.app.disk_watch import FREE_BYTES, DiskWatch
from checks.harness.app.leased_services import LeasedServices
from checks.harness.errors import ServicesDown
from checks.tests.support.homes import own_home


@contextmanager
def disk_with(free: int) -> Iterator[Event]:
    """Until the block ends, every disk has so many bytes left; the event: two looks at it."""
    looked, looks = Event(), count(1)

    def status_of(descriptor: int) -> SimpleNamespace:
        if next(looks) == 2:
            looked.set()
        return SimpleNamespace(f_bavail=free, f_frsize=1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fstatvfs", status_of)
        yield looked


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[DiskWatch]:
    with disk_with(FREE_BYTES):
        watch = DiskWatch([tmp_path])
        yield watch
        watch.close()


@pytest.mark.parametrize(("free", "full"), [(0, True), (FREE_BYTES - 1, True), (FREE_BYTES, False)])
def test_a_disk_without_room_for_a_segment_is_full(
    watch: DiskWatch, tmp_path: Path, free: int, full: bool
) -> None:
    with disk_with(free):
        assert watch.full() == (str(tmp_path) if full else "")


def test_one_that_was_full_for_a_moment_is_remembered(watch: DiskWatch, tmp_path: Path) -> None:
    with disk_with(0) as looked:
        assert looked.wait(10)

    assert watch.full() == str(tmp_path)


def test_the_thread_and_the_files_end_with_it(tmp_path: Path) -> None:
    before = active_count(), len([*Path("/dev/fd").iterdir()])

    DiskWatch([tmp_path]).close()

    assert (active_count(), len([*Path("/dev/fd").iterdir()])) == before


def test_a_failure_after_it_says_nothing_about_the_app() -> None:
    with own_home():
        leased = LeasedServices(None, contained=False)
        calm = leased.outage()
        with disk_with(0) as looked:
            assert looked.wait(10)

        reason = leased.outage()
        leased.close()

    assert calm is None
    assert isinstance(reason, ServicesDown)
    assert "was full, so this test tells nothing" in str(reason)
