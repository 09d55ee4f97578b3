"""Task 7.9: at SIGTERM a process is not ready, finishes what it has begun, and ends in time."""

from contextlib import contextmanager
from functools import partial

import pytest
from checks.harness.app.concurrency import concurrent_calls, status_or_none
from checks.harness.app.lock_waits import lock_waits, table_lock
from checks.harness.app.polling import wait_until

EVENTS, READY, LIVE = "/api/v1/events/", "/health/ready", "/health/live"
LOGIN = "/api/v1/auth/login"
TIMEOUT = 10.0
# Long enough that no test waits for it; a process that does has not ended by itself.
LONG_TIMEOUT = "60"
DRAIN, SHORTER_TIMEOUT = "4", "3"
AFTER_SIGTERM = "after SIGTERM"


@pytest.fixture
def spawn_app(server):
    """`spawn_app(drain, timeout)`: a process of the app with these two settings."""

    def start(drain, timeout):
        return server.spawn(**settings(drain, timeout))

    return start


@pytest.fixture
def draining_app(server):
    """A process that was sent SIGTERM and has not come to its end: one for all who only look."""
    app = server.shared(**settings(LONG_TIMEOUT, LONG_TIMEOUT))
    app.process.terminate()
    return app


@pytest.fixture
def waiting_request(database):
    """`with waiting_request(app) as request`: it waits for a table lock until the block ends."""

    @contextmanager
    def send(app):
        get = partial(status_or_none, app, EVENTS, 3 * TIMEOUT)
        with concurrent_calls(get, 1, table_lock(database, "events")) as [request]:
            sentence = f"GET {EVENTS} reads events"
            wait_until(lambda: lock_waits(database) or request.done(), sentence, TIMEOUT)
            yield request

    return send


def settings(drain, timeout):
    """Both in seconds. No limit on a statement: a request waits for the database on purpose."""
    return {
        "DRAIN_SECONDS": drain,
        "GRACEFUL_TIMEOUT": timeout,
        "DB_STATEMENT_TIMEOUT_MS": "0",
    }


def readiness_after_sigterm(app):
    """The status of GET READY when it is neither 200 nor 404: 503, or None for no answer."""
    statuses = []

    def changes():
        statuses.append(status_or_none(app, READY))
        return statuses[-1] not in (200, 404)

    sentence = f"GET {READY} {AFTER_SIGTERM} says something else within {TIMEOUT:.0f} s"
    wait_until(changes, sentence, TIMEOUT)
    return statuses[-1]


def wait_for_exit(app, case=""):
    sentence = f"the process ends within {TIMEOUT:.0f} s {AFTER_SIGTERM} {case}".rstrip()
    wait_until(lambda: not app.process.alive, sentence, TIMEOUT)


class TestReadiness:
    @pytest.mark.gate
    def test_readiness_is_the_first_to_know(self, draining_app):
        case = f"GET {READY} {AFTER_SIGTERM}, DRAIN_SECONDS={LONG_TIMEOUT}: 503, and not silence"
        assert readiness_after_sigterm(draining_app) == 503, case

    def test_whoever_still_comes_is_served(self, draining_app, api):
        readiness_after_sigterm(draining_app)

        case = f"{AFTER_SIGTERM}, while DRAIN_SECONDS={LONG_TIMEOUT} are not over"
        assert status_or_none(draining_app, EVENTS) == 200, f"GET {EVENTS} {case}"
        expected = status_or_none(api, "/")  # the path of READY begins with it
        assert status_or_none(draining_app, "/") == expected, f"GET / {case}: answered as before"
        answer = draining_app.post(LOGIN, json={"email": "nobody@example.com", "password": "x" * 9})
        assert answer.status_code == 401, f"POST {LOGIN} of nobody {AFTER_SIGTERM}: served as ever"

    def test_the_process_is_still_alive(self, draining_app, api):
        readiness_after_sigterm(draining_app)

        expected = status_or_none(api, LIVE)
        assert status_or_none(draining_app, LIVE) == expected, (
            f"GET {LIVE} {AFTER_SIGTERM} answers as before"
        )

    def test_the_log_tells_it(self, draining_app):
        readiness_after_sigterm(draining_app)

        sentence = f"the log {AFTER_SIGTERM} names the signal"
        wait_until(lambda: "SIGTERM" in draining_app.process.log(), sentence, TIMEOUT)


class TestInFlight:
    def test_what_has_begun_is_finished(self, spawn_app, waiting_request):
        # The limit is shorter than the draining: it has not begun to count before the end of that.
        app = spawn_app(DRAIN, SHORTER_TIMEOUT)
        with waiting_request(app) as request:
            app.process.terminate()
            sentence = f"{AFTER_SIGTERM} nobody new is let in"
            wait_until(lambda: not app.process.accepts_connections(), sentence, TIMEOUT)

        limits = f"DRAIN_SECONDS={DRAIN} and GRACEFUL_TIMEOUT={SHORTER_TIMEOUT}"
        case = f"GET {EVENTS} that was in flight at SIGTERM, with {limits}"
        assert request.result() == 200, case
        wait_for_exit(app)

    def test_what_takes_too_long_is_cut(self, spawn_app, waiting_request):
        app = spawn_app("0", "1")
        with waiting_request(app) as request:
            app.process.terminate()

            wait_for_exit(app)
            assert request.result() != 200, f"GET {EVENTS} that was cut off"

    def test_what_blocks_the_loop_is_cut_too(self, spawn_app):
        app = spawn_app("2", "1")
        app.process.terminate()
        readiness_after_sigterm(app)

        app.process.block_event_loop()  # also at the end of DRAIN_SECONDS

        wait_for_exit(app, "and a handler that blocks the event loop")


class TestEnd:
    def test_with_nothing_to_do_it_ends_at_once(self, spawn_app, missing_events_table):
        app = spawn_app("0", LONG_TIMEOUT)
        assert status_or_none(app, EVENTS) == 500, f"GET {EVENTS} when the app has a bug"

        app.process.terminate()

        wait_for_exit(app, "with no request in flight, also when an earlier one was a 500")
