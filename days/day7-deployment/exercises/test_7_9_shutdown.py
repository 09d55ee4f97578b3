"""Task 7.9: at SIGTERM a process is not ready, finishes what it has begun, and ends in time."""

from contextlib import contextmanager
from functools import partial

import pytest
from checks.harness.app.concurrency import in_flight, status_or_none
from checks.harness.app.lock_waits import lock_waits, table_lock
from checks.harness.app.polling import wait_until

EVENTS, READY, LIVE = "/api/v1/events/", "/health/ready", "/health/live"
TIMEOUT = 10.0
# Long enough that no test waits for it; a process that does has not ended by itself.
LONG = "60"
TERM = "after SIGTERM"


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
def waiting_request(database):
    """`with waiting_request(app) as request`: it waits for a table lock until the block ends."""

    @contextmanager
    def send(app):
        get = partial(status_or_none, app, EVENTS, 3 * TIMEOUT)
        with in_flight(get, 1, table_lock(database, "events")) as [request]:
            reads = f"GET {EVENTS} reads events"
            wait_until(lambda: lock_waits(database) or request.done(), reads, TIMEOUT)
            yield request

    return send


def settings(drain, timeout):
    """Both in seconds. No limit on a statement: a request waits for the database on purpose."""
    return {
        "DRAIN_SECONDS": drain,
        "GRACEFUL_TIMEOUT": timeout,
        "DB_STATEMENT_TIMEOUT_MS": "0",
    }


def changed_readiness(app):
    """The status of GET READY when it is neither 200 nor 404: 503, or None for no answer."""
    statuses = []

    def changes():
        statuses.append(status_or_none(app, READY))
        return statuses[-1] not in (200, 404)

    sentence = f"GET {READY} {TERM} says something else within {TIMEOUT:.0f} s"
    wait_until(changes, sentence, TIMEOUT)
    return statuses[-1]


def ends(app):
    sentence = f"the process ends within {TIMEOUT:.0f} s {TERM}"
    wait_until(lambda: not app.process.alive, sentence, TIMEOUT)


class TestReadiness:
    @pytest.mark.gate
    def test_readiness_is_the_first_to_know(self, draining):
        case = f"GET {READY} {TERM}, DRAIN_SECONDS={LONG}: 503, and not silence"
        assert changed_readiness(draining) == 503, case

    def test_whoever_still_comes_is_served(self, draining):
        changed_readiness(draining)

        case = f"GET {EVENTS} {TERM}, while DRAIN_SECONDS={LONG} are not over"
        assert status_or_none(draining, EVENTS) == 200, case

    def test_the_process_is_still_alive(self, draining, api):
        changed_readiness(draining)

        usual = status_or_none(api, LIVE)
        assert status_or_none(draining, LIVE) == usual, f"GET {LIVE} {TERM} answers as before"

    def test_the_log_tells_it(self, draining):
        changed_readiness(draining)

        assert "SIGTERM" in draining.process.log(), f"the log {TERM} names the signal"


class TestInFlight:
    def test_what_has_begun_is_finished(self, run, waiting_request):
        app = run("0", LONG)
        with waiting_request(app) as request:
            app.process.terminate()
            refuses = f"{TERM} nobody new is let in"
            wait_until(lambda: not app.process.accepts_connections(), refuses, TIMEOUT)

        case = f"GET {EVENTS} that was in flight at SIGTERM, GRACEFUL_TIMEOUT={LONG}"
        assert request.result() == 200, case
        ends(app)

    def test_what_takes_too_long_is_cut(self, run, waiting_request):
        app = run("0", "1")
        with waiting_request(app) as request:
            app.process.terminate()

            ends(app)
            assert request.result() != 200, f"GET {EVENTS} that was cut off"


class TestEnd:
    def test_with_nothing_to_do_it_ends_at_once(self, run):
        app = run("0", LONG)

        app.process.terminate()

        ends(app)
