"""A pause of the whole machine is nobody's time: no deadline of the harness sees it."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from checks.harness.app import clock
from checks.tests.support import pause_scenarios as scenarios
from checks.tests.support.pause_scenarios import PAUSE
from checks.tests.support.pauses import outcome_with_pause

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGSTOP")


@pytest.mark.parametrize(
    ("scenario", "outcome"),
    [
        (scenarios.a_start, "started"),
        (scenarios.a_request, "ok"),
        (scenarios.a_command, "exit 0"),
        (scenarios.a_poll, "holds: True"),
        (scenarios.a_wait_for_an_event, "set: True"),
        (scenarios.a_handshake, "hello"),
        (scenarios.a_message, "hello"),
    ],
)
def test_a_pause_ends_nothing_that_comes_in_time(scenario: Callable[[], str], outcome: str) -> None:
    assert outcome_with_pause(scenario, PAUSE) == outcome


@pytest.mark.parametrize(
    ("scenario", "outcome"),
    [
        (scenarios.a_start_that_hangs, "the app did not start within 1 s; "),
        (scenarios.a_request_without_an_answer, "no answer"),
        (scenarios.a_command_that_hangs, "was still running after 1 s"),
    ],
)
def test_what_hangs_ends_all_the_same(scenario: Callable[[], str], outcome: str) -> None:
    assert outcome in outcome_with_pause(scenario, PAUSE)


def test_the_clock_stands_still_for_as_long_as_the_pause() -> None:
    assert outcome_with_pause(scenarios.a_pause_that_is_measured, 4.0) == "0 of 4"


@pytest.mark.parametrize(
    ("used", "waited", "is_pause"),
    [(0.0, 0.0, True), (5.0, 0.0, False), (0.0, 5.0, False), (2.0, 2.0, False)],
    ids=["neither", "it computed", "it waited for a CPU", "both"],
)
def test_a_load_is_no_pause(used: float, waited: float, is_pause: bool) -> None:
    last, tick = clock.Tick(100.0, 1.0, 1.0), clock.Tick(105.0, 1.0 + used, 1.0 + waited)

    assert (tick.lateness(last) > clock.LATE_SECONDS) is is_pause


def test_after_a_fork_the_clock_goes_on() -> None:
    source = (
        "import os; from checks.harness.app.clock import now; first = now(); child = os.fork();"
        "assert now() >= first; child and os.waitpid(child, 0); print('ok', flush=True)"
    )

    done = subprocess.run([sys.executable, "-c", source], capture_output=True, check=True)

    assert done.stdout.split() == [b"ok", b"ok"]
