"""Task 7.10: numbers that add up over all processes, and error reports without a secret."""

import secrets
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from checks.harness.app.polling import last_value, wait_until
from checks.harness.artefacts.prometheus_text import samples, total
from checks.harness.fixtures.metrics_processes import METRICS, TOKEN

V1 = "/api/v1"
EVENTS, EVENT = f"{V1}/events/", f"{V1}/events/{{event_id}}"
REQUESTS, SECONDS = "http_requests_total", "http_request_duration_seconds_count"
TIMEOUT, EXIT_TIMEOUT = 5.0, 15.0
LOGIN = f"{V1}/auth/login"
# PostgreSQL refuses every new user, and its message quotes the row: `Failing row contains (…)`.
REFUSING_VIEW = """
    CREATE VIEW users AS SELECT * FROM hidden_table WHERE false WITH CASCADED CHECK OPTION
"""


@pytest.fixture
def app(metrics_process):
    """One of the processes, and in most tests the only one that is asked."""
    return metrics_process("a")


def read_samples(answer):
    """Every sample of an answer of GET /metrics."""
    assert answer.status_code == 200, f"GET {METRICS} with the METRICS_TOKEN"
    return samples(answer.text)


def scrape(app):
    """Every sample that GET /metrics has."""
    return read_samples(app.get(METRICS, auth=TOKEN))


def request_count(app, label, name=REQUESTS, status=""):
    """The sum of those series of which a label has this value, and one begins like the status."""
    return total(scrape(app), name, label, status)


def assert_growth(app, before, by, sentence, *, label, name=REQUESTS, status=""):
    """The sum becomes so much larger: a count may come a moment after its answer.

    In that moment the client library may find a file that another process has just made, and fail.
    """

    def read_growth():
        answer = app.get(METRICS, auth=TOKEN)
        is_unreadable = answer.status_code == 500
        return None if is_unreadable else total(read_samples(answer), name, label, status) - before

    growth = last_value(read_growth, by, TIMEOUT)
    assert growth == by, sentence


class TestMetrics:
    @pytest.mark.gate
    def test_the_scraper_gets_the_numbers(self, app):
        app.get(EVENTS)

        names = {sample.name for sample in scrape(app)}
        case = f"GET {METRICS} with the METRICS_TOKEN has"
        assert REQUESTS in names, f"{case} {REQUESTS}"
        assert SECONDS in names, f"{case} {SECONDS}: a histogram or a summary"

    @pytest.mark.parametrize("token", [None, "wrong", ""], ids=["none", "wrong", "empty"])
    def test_nobody_else_does(self, app, token):
        headers = {} if token is None else {"Authorization": f"Bearer {token}".strip()}

        answer = app.get(METRICS, headers=headers)

        assert answer.status_code == 401, f"GET {METRICS} with the token {token!r}"
        assert REQUESTS not in answer.text, f"GET {METRICS} with the token {token!r}: no numbers"

    @pytest.mark.parametrize("token", [None, "", "None"], ids=["none", "empty", "None"])
    def test_without_a_metrics_token_it_is_closed(self, api, token):
        headers = {} if token is None else {"Authorization": f"Bearer {token}".strip()}

        answer = api.get(METRICS, headers=headers)

        case = f"GET {METRICS} of an app without METRICS_TOKEN, with the token {token!r}"
        assert answer.status_code in {401, 403, 404}, case

    def test_it_is_not_in_the_documentation(self, app):
        paths = app.get("/openapi.json").json()["paths"]

        assert METRICS not in paths, f"GET /openapi.json: {METRICS} is not for users"

    def test_all_events_are_one_route(self, app, factory, organizer):
        before = request_count(app, EVENT), request_count(app, EVENT, name=SECONDS)
        for _ in range(3):
            event = factory.event(organizer)
            app.get(f"{V1}/events/{event['id']}")

        case = f"after three GETs of different events {EVENT} has three more in"
        assert_growth(app, before[0], 3, f"{case} {REQUESTS}", label=EVENT)
        assert_growth(app, before[1], 3, f"{case} {SECONDS}", label=EVENT, name=SECONDS)

    def test_made_up_addresses_make_no_series(self, app):
        app.get("/nobody")
        app.request("POST", "/nobody")
        before = len(scrape(app))

        for _ in range(5):
            app.get(f"/{secrets.token_hex(4)}")
            app.request(secrets.token_hex(4).upper(), f"/{secrets.token_hex(4)}")

        after = len(scrape(app))
        # the first method that nobody knows may have a series, with the buckets of its histogram
        case = "the series after ten requests with made-up addresses and methods"
        assert after - before < 40, f"{case}: {after - before} more"

    def test_an_error_is_counted_too(self, app, hidden_table):
        before = request_count(app, EVENTS, status="5")
        with hidden_table("events"):
            answer = app.get(EVENTS)

        assert answer.status_code == 500, f"GET {EVENTS} when the table is not there"
        case = f"after a GET {EVENTS} that was answered with 500, one more of these in {REQUESTS}"
        assert_growth(app, before, 1, case, label=EVENTS, status="5")


class TestProcesses:
    def test_whichever_is_asked_knows_of_all(self, metrics_process):
        first, second = metrics_process("a"), metrics_process("b")
        before = request_count(first, EVENTS)

        for _ in range(4):
            first.get(EVENTS)
            second.get(EVENTS)

        case = f"after four GETs of {EVENTS} at each of two processes, eight more in {REQUESTS}"
        for app in (first, second):
            assert_growth(app, before, 8, case, label=EVENTS)

    def test_what_an_ended_process_has_counted_stays(self, metrics_process):
        app, ended = metrics_process("a"), metrics_process("b")
        before = request_count(app, EVENTS)
        app.get(EVENTS)
        ended.get(EVENTS)
        # A request is counted after its answer: wait for both, or the growth is theirs, too.
        assert_growth(app, before, 2, f"{REQUESTS} of two processes", label=EVENTS)
        killed = metrics_process("c", keep=False)
        killed.get(EVENTS)
        case = f"{REQUESTS} of two processes, and of a third that has just begun"
        assert_growth(app, before, 3, case, label=EVENTS)

        ended.process.terminate()
        sentence = f"a process ends within {EXIT_TIMEOUT:.0f} s after SIGTERM"
        wait_until(lambda: not ended.process.alive, sentence, EXIT_TIMEOUT)
        case = f"{REQUESTS} after one of three processes has ended by SIGTERM"
        assert request_count(app, EVENTS) - before == 3, case
        killed.process.stop()

        case = f"{REQUESTS} after another one has been killed"
        assert request_count(app, EVENTS) - before == 3, case


def is_of_login(event):
    """Whether an event is about the login: its report names the address."""
    return LOGIN in event


class TestReports:
    @pytest.fixture
    def sentry_app(self, server, sentry):
        """A process of the app that reports its errors."""
        return server.shared(**sentry.settings)

    def test_an_error_is_reported_and_a_refusal_is_not(
        self, sentry_app, sentry, hidden_table, member
    ):
        before = len(sentry.events())
        credentials = {"email": member.email, "password": member.password}
        sentry_app.get(f"{V1}/events/2147483647")
        sentry_app.get("/nowhere")
        sentry_app.put(EVENTS)
        sentry_app.get(f"{EVENTS}?limit=0")
        sentry_app.get(f"{V1}/auth/me")
        sentry_app.post(LOGIN, json={**credentials, "password": "wrong one"})
        with hidden_table("events"):
            sentry_app.get(EVENTS)
        # Events arrive in their order: with the login's, all about the requests before are there.
        with hidden_table("users"):
            sentry_app.post(LOGIN, json=credentials)

        case = "a login that ended in a 500 is reported at SENTRY_DSN"
        events = sentry.wait_for(lambda events: any(map(is_of_login, events[before:])), case)
        earlier = [event for event in events[before:] if not is_of_login(event)]
        case = "one event at SENTRY_DSN for one 500; for 401, 404, 405 and 422 none"
        assert len(earlier) == 1, case

    @pytest.fixture
    def refused_users(self, hidden_table, database):
        """`with refused_users():` a block in which no user can be stored."""

        @contextmanager
        def refuse():
            with hidden_table("users"):
                database.execute(REFUSING_VIEW)
                try:
                    yield
                finally:
                    database.execute("DROP VIEW users")

        return refuse

    def test_no_report_holds_a_secret(
        self, sentry_app, sentry, hidden_table, refused_users, member, server
    ):
        before = len(sentry.events())
        credentials = {"email": member.email, "password": member.password}
        registration = {"email": "new@example.com", "password": member.password, "full_name": "New"}
        with hidden_table("users"):
            sentry_app.post(f"{V1}/auth/register", json=registration)
            sentry_app.post(f"{V1}/auth/login", json=credentials)
            sentry_app.get(f"{V1}/auth/me", auth=member)
        with refused_users():
            sentry_app.post(f"{V1}/auth/register", json=registration)
        sentry.wait_for(lambda events: len(events) >= before + 4, "four errors are four events")

        settings, reports = server.environment, sentry.all_text()
        secret_values = {
            "a password": member.password,
            "a password's hash": "$2b$",
            "an access token": member.token.split(".")[1],
            "SECRET_KEY": settings["SECRET_KEY"],
            "the password of DATABASE_URL": urlsplit(settings["DATABASE_URL"]).password,
        }
        leaked = [name for name, value in secret_values.items() if value and value in reports]
        assert leaked == [], "what was sent to SENTRY_DSN holds none of these"
