"""The kernel's counter of processes that it has ended for lack of memory."""

from pathlib import Path

import pytest

from checks.harness.app import leased_services
from checks.harness.app.leased_services import LeasedServices
from checks.harness.app.oom_watch import OomWatch
from checks.harness.errors import ServicesDown
from checks.tests.support.homes import own_home


@pytest.fixture
def vmstat(tmp_path: Path) -> Path:
    """A file as /proc/vmstat is."""
    path = tmp_path / "vmstat"
    path.write_text("pgfault 3\noom_kill 2\n")
    return path


def test_an_end_since_the_start_is_seen(vmstat: Path) -> None:
    watch = OomWatch(vmstat)
    before = watch.has_killed()

    vmstat.write_text("pgfault 4\noom_kill 3\n")

    assert (before, watch.has_killed()) == (False, True)


def test_a_kernel_without_the_counter_has_ended_nobody(tmp_path: Path) -> None:
    assert not OomWatch(tmp_path / "missing").has_killed()


def test_a_failure_after_it_says_nothing_about_the_app(
    vmstat: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leased_services, "OomWatch", lambda: OomWatch(vmstat))
    with own_home():
        leased = LeasedServices(None, contained=False)
        calm = leased.outage()
        vmstat.write_text("oom_kill 3\n")

        reason = leased.outage()
        leased.close()

    assert calm is None
    assert isinstance(reason, ServicesDown)
    assert "memory" in str(reason)
