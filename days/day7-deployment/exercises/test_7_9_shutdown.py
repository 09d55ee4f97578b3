"""Task 7.9: at SIGTERM a process is not ready, finishes what it has begun, and ends in time."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from checks.harness.app.api import Api
from checks.harness.errors import HarnessError

EVENTS, READY, LIVE = "/api/v1/events/", "/health/ready", "/health/live"
PATIENCE = 10.0
# Long enough that no test waits for it; a process that does has not ended by itself.
LONG = "60"
TERM = "after SIGTERM"
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@pytest.fixture
def run(server):
    """`run(drain, timeout)`: a process of the app with these two settings."""

    def start(drain, timeout):
        return server.spawn(**settings(drain, timeout))

    return start


@pytest.fixture
def draining(server):
    """A process that was sent SIGTERM and has not come to its end: one for all who only look."""
    app = server.shared(**settings(LONG, LONG))
    app.process.terminate()
    return app


@pytest.fixture
def held(database):
    """Inside the block nobody can read an event: a request for them is in flight."""

    @contextmanager
    def hold():
        rival = database.connect()
        rival.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
        try:
            yield
        finally:
            rival.close()

    return hold


@pytest.fixture
def in_flight(database):
    """`in_flight(app)`: a request that has come as far as to the database, and its answer."""
    with ThreadPoolExecutor(1) as asking:

        def begin(app):
            found = asking.submit(lambda: status_of(app, EVENTS, timeout=30))
            until(lambda: database.value(WAITING) or found.done(), f"GET {EVENTS} reads events")
            return found

        yield begin


def settings(drain, timeout):
    """Of what waits for the database on purpose no other limit is in the way."""
    found = {"DRAIN_SECONDS": drain, "GRACEFUL_TIMEOUT": timeout}
    return {**found, "DB_STATEMENT_TIMEOUT_MS": "0"}


def status_of(app, path, **options):
    """The status over a connection of its own; None when no answer comes."""
    if not app.process.accepts():
        return None
    client = Api(app.process)
    try:
        return client.get(path, **options).status_code
    except HarnessError:
        return None
    finally:
        client.close()


def until(good, asked):
    """Look again until it is as asked, or fail by those words."""
    deadline, clock = time.monotonic() + PATIENCE, threading.Event()
    while not good():
        assert time.monotonic() < deadline, asked
        clock.wait(0.02)


def turned(app):
    """What readiness says when it has changed its mind: 503, or None for nobody at home."""
    found = []
    usual = (200, 404)
    until(
        lambda: found.append(status_of(app, READY)) or found[-1] not in usual,
        f"GET {READY} {TERM} says something else within {PATIENCE:.0f} s",
    )
    return found[-1]


def ended(app):
    until(lambda: not app.process.alive, f"the process ends within {PATIENCE:.0f} s {TERM}")


class TestReadiness:
    @pytest.mark.gate
    def test_readiness_is_the_first_to_know(self, draining):
        asked = f"GET {READY} {TERM}, DRAIN_SECONDS={LONG}: 503, and not silence"
        assert turned(draining) == 503, asked

    def test_whoever_still_comes_is_served(self, draining):
        turned(draining)

        asked = f"GET {EVENTS} {TERM}, while DRAIN_SECONDS={LONG} are not over"
        assert status_of(draining, EVENTS) == 200, asked

    def test_the_process_is_still_alive(self, draining, api):
        turned(draining)

        usual = status_of(api, LIVE)
        assert status_of(draining, LIVE) == usual, f"GET {LIVE} {TERM} answers as before"

    def test_the_log_tells_it(self, draining):
        turned(draining)

        assert "SIGTERM" in draining.process.log(), f"the log {TERM} names the signal"


class TestInFlight:
    def test_what_has_begun_is_finished(self, run, held, in_flight):
        app = run("0", LONG)
        with held():
            asking = in_flight(app)
            app.process.terminate()
            until(lambda: not app.process.accepts(), f"{TERM} nobody new is let in")

        asked = f"GET {EVENTS} that was in flight at SIGTERM, GRACEFUL_TIMEOUT={LONG}"
        assert asking.result() == 200, asked
        ended(app)

    def test_what_takes_too_long_is_cut(self, run, held, in_flight):
        app = run("0", "1")
        with held():
            asking = in_flight(app)

            app.process.terminate()

            ended(app)
            assert asking.result() != 200, f"GET {EVENTS} that was cut off"


class TestEnd:
    def test_with_nothing_to_do_it_ends_at_once(self, run):
        app = run("0", LONG)

        app.process.terminate()

        ended(app)
