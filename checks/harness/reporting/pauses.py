"""A pause of this machine while a task was tested: then only its passes tell anything.

The deadlines of the harness leave a pause out (checks/harness/app/clock.py). The clocks of the app,
of PostgreSQL and of Redis do not, and what they made of it may stand in what a later test of the
same file shares. So the pause counts from the first test of the file on.
"""

import pytest

from checks.harness.app import clock
from checks.harness.errors import MachinePaused

PAUSED_BEFORE: pytest.StashKey[float] = pytest.StashKey()
TOLD_SECONDS = 1.0


def note_start(item: pytest.Item) -> None:
    """Remember, before the first test of a file, for how long the machine had been paused."""
    _file_of(item).stash.setdefault(PAUSED_BEFORE, clock.paused())


def pause_during(item: pytest.Item) -> MachinePaused | None:
    """Why a test that did not pass tells nothing; None where nothing was paused."""
    seconds = clock.paused() - _file_of(item).stash.get(PAUSED_BEFORE, clock.paused())
    if seconds < TOLD_SECONDS:
        return None
    return MachinePaused(
        f"this machine was paused for {seconds:.0f} s while the task was tested; run it again"
    )


def _file_of(item: pytest.Item) -> pytest.Item | pytest.Module:
    return item.getparent(pytest.Module) or item
