"""The limit of one job of the fork server: a pause of the machine does not count."""

import os
import sys
import time
from collections.abc import Callable

import pytest

from checks.harness.suites import fork_server
from checks.tests.support.pauses import ask_for_a_pause, outcome_with_pause

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGSTOP")
LIMIT, PAUSE = 1.0, 2.0


def outcome_of(job_seconds: float) -> str:
    """What became of a job that takes so long, and is paused in the middle."""
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        os.setpgid(0, 0)
        ask_for_a_pause()
        for _ in range(20):
            time.sleep(job_seconds / 20)
        os.write(write, b"done")
        os._exit(0)
    os.close(write)
    fork_server.wait(child, LIMIT)
    return os.read(read, 10).decode() or "killed"


def a_job() -> str:
    return outcome_of(0.4)


def a_job_that_hangs() -> str:
    return outcome_of(600)


@pytest.mark.parametrize(("scenario", "outcome"), [(a_job, "done"), (a_job_that_hangs, "killed")])
def test_a_pause_is_no_time_of_a_job(scenario: Callable[[], str], outcome: str) -> None:
    assert outcome_with_pause(scenario, PAUSE) == outcome
