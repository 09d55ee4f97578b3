"""Task 7.10: numbers that add up over all processes, and error reports without a secret."""

import secrets
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families

V1 = "/api/v1"
EVENT = f"{V1}/events/{{event_id}}"
METRICS = "/metrics"
TOKEN = "token-of-the-scraper"
REQUESTS, SECONDS = "http_requests_total", "http_request_duration_seconds_count"
PATIENCE = 5.0
PASSWORD = "correct horse battery"


@pytest.fixture
def counting(server, commands):
    """`counting("a")`: one of several processes that count in the same folder."""
    folder = commands.border.scratch / "metrics"
    if not folder.exists():
        folder.mkdir()
        folder.chmod(0o777)  # contained, the app is another user

    def start(name, keep=True):
        inside = commands.border.inside(folder.name)
        extra = {"METRICS_TOKEN": TOKEN, "PROMETHEUS_MULTIPROC_DIR": inside, "EVENTURE_NAME": name}
        return server.shared(**extra) if keep else server.spawn(**extra)

    return start


@pytest.fixture
def app(counting):
    """One of the processes, and in most tests the only one that is asked."""
    return counting("a")


@pytest.fixture
def hidden(database):
    """Inside the block every query of the table fails."""

    @contextmanager
    def hide(table):
        database.execute(f"ALTER TABLE {table} RENAME TO hidden")
        try:
            yield
        finally:
            database.execute(f"ALTER TABLE hidden RENAME TO {table}")

    return hide


def scrape(app):
    """Every sample that GET /metrics has: (name, labels, value)."""
    answer = app.get(METRICS, auth=TOKEN)
    assert answer.status_code == 200, f"GET {METRICS} with the METRICS_TOKEN"
    families = text_string_to_metric_families(answer.text)
    return [(s.name, s.labels, s.value) for family in families for s in family.samples]


def counted(app, label, name=REQUESTS, status=""):
    """The sum of those series of which a label has this value, and one begins like the status."""
    return sum(
        value
        for found, labels, value in scrape(app)
        if found == name
        and label in labels.values()
        and any(each.startswith(status) for each in labels.values())
    )


def grows(app, before, by, asked, **which):
    """The sum becomes so much larger: a count may come a moment after its answer."""
    deadline, clock = time.monotonic() + PATIENCE, threading.Event()
    while (found := counted(app, **which) - before) != by and time.monotonic() < deadline:
        clock.wait(0.05)
    assert found == by, asked


class TestMetrics:
    @pytest.mark.gate
    def test_the_scraper_gets_the_numbers(self, app):
        app.get(f"{V1}/events/")

        names = {name for name, _, _ in scrape(app)}
        asked = f"GET {METRICS} with the METRICS_TOKEN has"
        assert REQUESTS in names, f"{asked} {REQUESTS}"
        assert SECONDS in names, f"{asked} {SECONDS}: a histogram or a summary"

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

        asked = f"GET {METRICS} of an app without METRICS_TOKEN, with the token {token!r}"
        assert answer.status_code in {401, 403, 404}, asked

    def test_it_is_not_in_the_documentation(self, app):
        paths = app.get("/openapi.json").json()["paths"]

        assert METRICS not in paths, f"GET /openapi.json: {METRICS} is not for users"

    def test_all_events_are_one_route(self, app, factory, organizer):
        before = counted(app, EVENT), counted(app, EVENT, name=SECONDS)
        for _ in range(3):
            event = factory.event(organizer)
            app.get(f"{V1}/events/{event['id']}")

        asked = f"after three GETs of different events {EVENT} has three more in"
        grows(app, before[0], 3, f"{asked} {REQUESTS}", label=EVENT)
        grows(app, before[1], 3, f"{asked} {SECONDS}", label=EVENT, name=SECONDS)

    def test_made_up_addresses_make_no_series(self, app):
        app.get("/nobody")
        app.request("POST", "/nobody")
        before = len(scrape(app))

        for _ in range(5):
            app.get(f"/{secrets.token_hex(4)}")
            app.request(secrets.token_hex(4).upper(), f"/{secrets.token_hex(4)}")

        again = len(scrape(app))
        # the first method that nobody knows may have a series, with the buckets of its histogram
        asked = "the series after ten requests with made-up addresses and methods"
        assert again - before < 40, f"{asked}: {again - before} more"

    def test_an_error_is_counted_too(self, app, hidden):
        path = f"{V1}/events/"
        before = counted(app, path, status="5")
        with hidden("events"):
            answer = app.get(path)

        assert answer.status_code == 500, f"GET {path} when the table is not there"
        asked = f"after a GET {path} that was answered with 500, one more of these in {REQUESTS}"
        grows(app, before, 1, asked, label=path, status="5")


class TestProcesses:
    def test_whichever_is_asked_knows_of_all(self, counting):
        first, second = counting("a"), counting("b")
        path = f"{V1}/events/"
        before = counted(first, path)

        for _ in range(4):
            first.get(path)
            second.get(path)

        asked = f"after four GETs of {path} at each of two processes, eight more in {REQUESTS}"
        for app in (first, second):
            grows(app, before, 8, asked, label=path)

    def test_what_an_ended_process_has_counted_stays(self, counting):
        path = f"{V1}/events/"
        app, other = counting("a"), counting("c", keep=False)
        before = counted(app, path)
        other.get(path)
        grows(app, before, 1, f"a GET {path} at another process, counted", label=path)

        other.process.stop()

        assert counted(app, path) - before == 1, f"{REQUESTS} after the other process has ended"


class TestReports:
    @pytest.fixture
    def reporting(self, server, sentry):
        """A process of the app that reports its errors."""
        return server.shared(**sentry.settings)

    def test_an_error_is_reported_and_a_refusal_is_not(self, reporting, sentry, hidden, member):
        before = len(sentry.events())
        reporting.get(f"{V1}/events/2147483647")
        reporting.post(f"{V1}/auth/login", json={"email": member.email, "password": "wrong one"})
        reporting.get(f"{V1}/auth/me")

        with hidden("events"):
            reporting.get(f"{V1}/events/")

        asked = "one event at SENTRY_DSN for one 500; for 401 and 404 none"
        sentry.wait_for(lambda events: len(events) == before + 1, asked)

    def test_no_report_holds_a_secret(self, reporting, sentry, hidden, member, server):
        before = len(sentry.events())
        new = {"email": "new@example.com", "password": PASSWORD, "full_name": "New"}
        with hidden("users"):
            reporting.post(f"{V1}/auth/register", json=new)
            reporting.post(f"{V1}/auth/login", json={"email": member.email, "password": PASSWORD})
            reporting.get(f"{V1}/auth/me", auth=member)
        sentry.wait_for(lambda events: len(events) >= before + 3, "three errors are three events")

        settings, reports = server.environment, sentry.everything()
        opening = {
            "a password": PASSWORD,
            "a password's hash": "$2b$",
            "an access token": member.token.split(".")[1],
            "SECRET_KEY": settings["SECRET_KEY"],
            "the password of DATABASE_URL": urlsplit(settings["DATABASE_URL"]).password,
        }
        found = [name for name, value in opening.items() if value and value in reports]
        assert found == [], "what was sent to SENTRY_DSN holds none of these"
