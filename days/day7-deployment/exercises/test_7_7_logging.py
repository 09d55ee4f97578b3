"""Task 7.7: each request leaves one line of JSON, and no line holds what nobody should read."""

import json
import threading
import time
from datetime import datetime

import pytest
from checks.harness.app.process import AppProcess
from checks.harness.errors import AppDown

EVENTS, ME, LOGIN = "/api/v1/events/", "/api/v1/auth/me", "/api/v1/auth/login"
REGISTER, TOKEN = "/api/v1/auth/register", "/api/v1/auth/token"
HEADER = "X-Request-ID"
FORGED = '{"level": "INFO", "status": 200, "method": "GET", "route": "/forged"}'
PATIENCE = 10.0


@pytest.fixture
def app(server):
    """A process of the app that logs JSON from INFO on."""
    return server.shared(LOG_FORMAT="json", LOG_LEVEL="INFO")


@pytest.fixture
def logged(app):
    """`logged()`: the lines since the test began; `logged(3)` waits until so many are requests."""
    since = app.process.log_size()

    def read(enough=0):
        deadline, clock = time.monotonic() + PATIENCE, threading.Event()
        while True:
            lines = app.process.log(since).splitlines()
            if len(requests_of(lines)) >= enough or time.monotonic() > deadline:
                return lines
            clock.wait(0.02)

    return read


@pytest.fixture
def no_events(database):
    """A database in which the app finds no table of events: whatever it asks is a bug."""
    database.execute("ALTER TABLE events RENAME TO elsewhere")
    yield
    database.execute("ALTER TABLE elsewhere RENAME TO events")


@pytest.fixture
def refusal(environment, evidence):
    """`refusal(NAME=…)`: what the app prints when it refuses to start; None if it starts."""

    def start(**extra):
        process = AppProcess(environment.border(), "refused", extra)
        try:
            process.start()
        except AppDown:
            return process.log()
        finally:
            process.close()
        return None

    return start


def entry(line):
    """A line as an object; None if it is none."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def requests_of(lines):
    """The entries that are about a request: those with a status."""
    return [found for found in map(entry, lines) if found and "status" in found]


def only(lines, asked):
    """The one entry about a request."""
    found = requests_of(lines)
    assert len(found) == 1, f"{asked} leaves one line of JSON with a status"
    return found[0]


class TestLine:
    @pytest.mark.gate
    def test_a_request_leaves_one_line(self, app, logged):
        app.get(f"{EVENTS}?limit=1")

        line = only(logged(1), f"GET {EVENTS}")
        wanted = {"ts", "level", "request_id", "method", "route", "status", "duration_ms"}
        missing = sorted({*wanted, "user_id"} - set(line))
        assert missing == [], f"GET {EVENTS}: the line has all of the keys"
        assert line["method"] == "GET", f"GET {EVENTS}: method"
        assert line["status"] == 200, f"GET {EVENTS}: status"
        assert line["level"].upper() == "INFO", f"GET {EVENTS}: level"
        assert line["user_id"] is None, f"GET {EVENTS} by nobody: user_id is null"

    def test_it_says_when_and_for_how_long(self, app, logged):
        app.get(EVENTS)

        line = only(logged(1), f"GET {EVENTS}")
        assert datetime.fromisoformat(line["ts"]).tzinfo, f"GET {EVENTS}: ts has a zone"
        took = line["duration_ms"]
        assert isinstance(took, int | float), f"GET {EVENTS}: duration_ms is a number"
        assert 0 <= took < PATIENCE * 1000, f"GET {EVENTS}: duration_ms is in milliseconds"

    @pytest.mark.parametrize("rest", ["", "/participants"])
    def test_it_names_the_route_not_the_path(self, app, logged, factory, organizer, rest):
        path = f"{EVENTS}{factory.event(organizer)['id']}{rest}"

        app.get(path, auth=organizer)

        line = only(logged(1), f"GET {path}")
        template = EVENTS + "{event_id}" + rest
        assert line["route"] == template, f"GET {path}: the template of the route"

    def test_it_says_who_it_was(self, app, logged, member):
        app.get(ME, auth=member)

        assert only(logged(1), f"GET {ME}")["user_id"] == member.id, f"GET {ME}: user_id"

    def test_an_error_is_a_line_too(self, app, logged):
        asked = {f"{EVENTS}2000000000": 404, f"{EVENTS}?limit=0": 422, ME: 401, "/nowhere": 404}
        for path in asked:
            app.get(path)

        found = [line["status"] for line in requests_of(logged(len(asked)))]
        assert found == [*asked.values()], f"GET {', '.join(asked)}: a line each, with its status"

    def test_health_checks_are_not_worth_a_line(self, app, logged):
        for _ in range(3):
            app.get("/health/live")
            app.get("/health/ready")
        app.get(EVENTS)

        assert len(requests_of(logged(1))) == 1, "GET /health/… leaves no line at INFO"


class TestRequestId:
    def test_the_client_gets_it(self, app, logged):
        answers = [app.get(EVENTS), app.get("/nowhere"), app.get(ME)]

        ids = [answer.headers.get(HEADER) for answer in answers]
        assert all(ids), f"{HEADER} is in every answer, in errors too"
        assert len(set(ids)) == 3, f"{HEADER} is another one for each request"
        told = [line["request_id"] for line in requests_of(logged(3))]
        assert told == ids, f"{HEADER} is the request_id of the line"

    def test_the_client_may_choose_it(self, app, logged):
        answer = app.get(EVENTS, headers={HEADER: "order-66_b.7"})

        assert answer.headers.get(HEADER) == "order-66_b.7", f"GET {EVENTS} with {HEADER}"
        line = only(logged(1), f"GET {EVENTS}")
        assert line["request_id"] == "order-66_b.7", f"GET {EVENTS} with {HEADER}: the line"

    @pytest.mark.parametrize("chosen", ["a b", "x" * 200, FORGED, "<script>", ""])
    def test_not_just_anything(self, app, logged, chosen):
        answer = app.get(EVENTS, headers={HEADER: chosen})

        given = answer.headers.get(HEADER)
        asked = f"GET {EVENTS} with {HEADER}: {chosen[:40]}"
        assert given, f"{asked}: one that the app has made"
        assert given != chosen, f"{asked}: not taken over"
        line = only(logged(1), asked)
        assert line["request_id"] == given, f"{asked}: the same in the line"

    def test_every_line_of_a_request_has_it(self, app, logged):
        body = {"email": "ann-777@example.com", "password": "correct horse", "full_name": "Ann"}
        answer = app.post(REGISTER, json=body, headers={HEADER: "mine-1"})
        assert answer.status_code == 201, f"POST {REGISTER}"

        logged(1)
        app.get(EVENTS, headers={HEADER: "mine-2"})  # by now all about the first is written
        found = {line.get("request_id") for line in map(entry, logged(2)) if line}
        assert found == {"mine-1", "mine-2"}, f"POST {REGISTER}: request_id in every line about it"


class TestBug:
    def test_it_is_told_to_the_log_and_not_to_the_client(self, app, logged, no_events):
        answer = app.get(EVENTS, headers={HEADER: "bug-1"})

        asked = f"GET {EVENTS} when the app has a bug"
        assert answer.status_code == 500, asked
        assert answer.headers.get(HEADER) == "bug-1", f"{asked}: {HEADER} in the answer"
        lines = logged(1)
        assert only(lines, asked)["status"] == 500, f"{asked}: status"
        told = [line for line in map(entry, lines) if line and "UndefinedTable" in str(line)]
        assert told, f"{asked}: the log has what was raised, in a line of JSON"
        assert told[0]["level"].upper() == "ERROR", f"{asked}: that line is an ERROR"
        assert told[0].get("request_id") == "bug-1", f"{asked}: that line has the request_id"
        assert "elsewhere" not in answer.text, asked


class TestSecrets:
    def test_nothing_that_opens_a_door_is_written(self, app, logged):
        email, password = "secret-ann@example.com", "correct-horse-battery"
        body = {"email": email, "password": password, "full_name": "Ann"}
        app.post(REGISTER, json=body)
        app.post(REGISTER, json=body)
        app.post(LOGIN, json={**body, "password": "wrong-horse-battery"})
        app.post(LOGIN, json={"email": "not-an-address", "password": password})
        app.post(TOKEN, data={"username": email, "password": password})
        made = app.post(LOGIN, json=body).json()
        access, refresh = made["access_token"], made["refresh_token"]
        app.post("/api/v1/auth/refresh", json={"refresh_token": refresh})
        app.get(f"{ME}?token={access}&email={email}", auth=access)
        app.post("/api/v1/auth/logout", json={"refresh_token": refresh}, auth=access)

        log = "\n".join(logged(9))
        said = {"e-mail": email, "password": "horse-battery", "access token": access}
        for name, value in {**said, "refresh token": refresh}.items():
            assert value not in log, f"/api/v1/auth/…: no {name} in the log"

    def test_nobody_writes_a_line_of_their_own(self, app, logged):
        app.get(f"/nowhere/%0A{FORGED}%0D%0A")
        app.get(f"{EVENTS}?sort_by=%0A{FORGED}")
        app.post(TOKEN, data={"username": f"x\r\n{FORGED}", "password": f"\n{FORGED}"})
        app.get(EVENTS, headers={"User-Agent": FORGED, "Referer": FORGED})

        lines = logged(4)
        odd = [line for line in lines if line.strip() and entry(line) is None]
        assert odd == [], "every line is JSON, whatever the request had in it"
        routes = [line["route"] for line in requests_of(lines)]
        assert len(routes) == 4, "a request with line breaks in it leaves one line"
        assert "/forged" not in routes, "no line is the request's own text"


class TestLevel:
    def test_it_is_heeded(self, server):
        app = server.shared(LOG_FORMAT="json", LOG_LEVEL="ERROR")
        since = app.process.log_size()
        for path in (EVENTS, "/nowhere"):
            app.get(path)

        assert app.process.log(since).strip() == "", f"GET {EVENTS} with LOG_LEVEL=ERROR: no line"

    @pytest.mark.parametrize(
        ("name", "value"), [("LOG_LEVEL", "LOUD"), ("LOG_FORMAT", "parchment")]
    )
    def test_another_word_stops_the_app(self, refusal, name, value):
        said = refusal(**{name: value})

        assert said is not None, f"with {name}={value} the app does not start"
        assert name in said.upper(), f"with {name}={value} it says that it is about {name}"
