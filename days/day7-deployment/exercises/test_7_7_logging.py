"""Task 7.7: each request leaves one line of JSON, and no line holds what nobody should read."""

from contextlib import closing
from datetime import datetime

import pytest
from checks.harness.app.api import Api
from checks.harness.app.concurrency import concurrent_calls, results
from checks.harness.app.json_log import entries, entry, logged_lines, request_entries
from checks.harness.app.lock_waits import lock_waits, table_lock
from checks.harness.app.polling import wait_until
from checks.harness.fixtures.forged_tokens import forge_token

EVENTS, ME, LOGIN = "/api/v1/events/", "/api/v1/auth/me", "/api/v1/auth/login"
REGISTER, LOGOUT, TOKEN = "/api/v1/auth/register", "/api/v1/auth/logout", "/api/v1/auth/token"
HEADER = "X-Request-ID"
FORGED = '{"level": "INFO", "status": 200, "method": "GET", "route": "/forged"}'
TIMEOUT = 10.0
# What `uvicorn app.main:app` does before it listens, and two lines of its own.
SERVER = """
import asyncio, logging, sys; sys.path.insert(0, ""); import uvicorn
config, loop = uvicorn.Config("app.main:app"), asyncio.new_event_loop()
config.load()
loop.run_until_complete(config.lifespan_class(config).startup())
for level in (logging.INFO, logging.WARNING):
    logging.getLogger("uvicorn.error").log(level, "said by uvicorn")
"""


@pytest.fixture
def app(server):
    """A process of the app that logs JSON from INFO on."""
    return server.shared(LOG_FORMAT="json", LOG_LEVEL="INFO")


@pytest.fixture
def log_lines(app):
    """`log_lines()`: the lines since the test began; `log_lines(3)` waits for 3 requests' lines."""
    since = app.process.log_size()
    return lambda requests=0: logged_lines(app.process, since, requests, TIMEOUT)


def single_entry(lines, request):
    """The one entry about a request."""
    matches = request_entries(lines)
    assert len(matches) == 1, f"{request} leaves one line of JSON with a status"
    return matches[0]


class TestLine:
    @pytest.mark.gate
    def test_a_request_leaves_one_line(self, app, log_lines):
        app.get(f"{EVENTS}?limit=1")

        line = single_entry(log_lines(1), f"GET {EVENTS}")
        keys = {"ts", "level", "request_id", "method", "route", "status", "duration_ms"}
        missing = sorted({*keys, "user_id"} - set(line))
        assert missing == [], f"GET {EVENTS}: the line has all of the keys"
        assert line["method"] == "GET", f"GET {EVENTS}: method"
        assert line["status"] == 200, f"GET {EVENTS}: status"
        assert line["level"].upper() == "INFO", f"GET {EVENTS}: level"
        assert line["user_id"] is None, f"GET {EVENTS} by nobody: user_id is null"

    def test_it_says_when_and_for_how_long(self, app, log_lines):
        app.get(EVENTS)

        line = single_entry(log_lines(1), f"GET {EVENTS}")
        assert datetime.fromisoformat(line["ts"]).tzinfo, f"GET {EVENTS}: ts has a zone"
        duration = line["duration_ms"]
        assert isinstance(duration, int | float), f"GET {EVENTS}: duration_ms is a number"
        assert 0 <= duration < TIMEOUT * 1000, f"GET {EVENTS}: duration_ms is in milliseconds"

    @pytest.mark.parametrize("suffix", ["", "/participants"])
    def test_it_names_the_route_not_the_path(self, app, log_lines, factory, organizer, suffix):
        path = f"{EVENTS}{factory.event(organizer)['id']}{suffix}"

        app.get(path, auth=organizer)

        line = single_entry(log_lines(1), f"GET {path}")
        template = EVENTS + "{event_id}" + suffix
        assert line["route"] == template, f"GET {path}: the template of the route"

    def test_it_says_who_it_was(self, app, log_lines, member, organizer, factory):
        path = f"{EVENTS}{factory.event(organizer)['id']}"
        app.get(ME, auth=member)
        app.delete(path, auth=member)

        user_ids = {line["status"]: line["user_id"] for line in request_entries(log_lines(2))}
        case = f"GET {ME}: 200, and DELETE {path} of somebody else's event: 403"
        assert user_ids == dict.fromkeys((200, 403), member.id), f"{case}: user_id"

    def test_whoever_only_says_so_is_nobody(self, app, log_lines, server, member):
        secret = server.environment["SECRET_KEY"]
        login = member.log_in()
        app.post(LOGOUT, json={"refresh_token": login.refresh}, auth=login.access)
        bad_tokens = {
            "that somebody else has signed": forge_token(
                "foreign_key", member.token, "access", secret
            ),
            "that has expired": forge_token("expired", member.token, "access", secret),
            "whose login has ended": login.access,
        }
        for token in bad_tokens.values():
            app.get(ME, auth=token)

        lines = [line for line in request_entries(log_lines(4)) if line["status"] != 204]
        for case, line in zip(bad_tokens, lines, strict=True):
            expected = f"GET {ME} with a token {case}: user_id is null"
            assert (line["status"], line["user_id"]) == (401, None), expected

    def test_an_error_is_a_line_too(self, app, log_lines):
        answers = {f"{EVENTS}2000000000": 404, f"{EVENTS}?limit=0": 422, ME: 401, "/nowhere": 404}
        for path in answers:
            app.get(path)

        statuses = [line["status"] for line in request_entries(log_lines(len(answers)))]
        assert statuses == [*answers.values()], (
            f"GET {', '.join(answers)}: a line each, with its status"
        )

    def test_health_checks_are_not_worth_a_line(self, app, log_lines):
        for path in ("/health", "/health/live", "/health/ready") * 2:
            app.get(path)
        app.get(EVENTS)

        assert len(request_entries(log_lines(1))) == 1, "GET /health/… leaves no line at INFO"


class TestRequestId:
    def test_the_client_gets_it(self, app, log_lines):
        answers = [app.get(EVENTS), app.get("/nowhere"), app.get(ME)]

        ids = [answer.headers.get(HEADER) for answer in answers]
        assert all(ids), f"{HEADER} is in every answer, in errors too"
        assert len(set(ids)) == 3, f"{HEADER} is another one for each request"
        logged_ids = [line["request_id"] for line in request_entries(log_lines(3))]
        assert logged_ids == ids, f"{HEADER} is the request_id of the line"

    @pytest.mark.parametrize("sent_id", ["order-66_b.7", "x" * 64], ids=["word", "64 letters"])
    def test_the_client_may_choose_it(self, app, log_lines, sent_id):
        answer = app.get(EVENTS, headers={HEADER: sent_id})

        assert answer.headers.get(HEADER) == sent_id, f"GET {EVENTS} with {HEADER}"
        line = single_entry(log_lines(1), f"GET {EVENTS}")
        assert line["request_id"] == sent_id, f"GET {EVENTS} with {HEADER}: the line"

    @pytest.mark.parametrize("sent_id", ["a b", "x" * 65, FORGED, "<script>", "größe", ""])
    def test_not_just_anything(self, app, log_lines, sent_id):
        answer = app.get(EVENTS, headers={HEADER: sent_id.encode("latin-1")})

        request_id = answer.headers.get(HEADER)
        case = f"GET {EVENTS} with {HEADER}: {sent_id[:40]}"
        assert request_id, f"{case}: one that the app has made"
        assert request_id != sent_id, f"{case}: not taken over"
        line = single_entry(log_lines(1), case)
        assert line["request_id"] == request_id, f"{case}: the same in the line"

    def test_every_line_of_a_request_has_it(self, app, log_lines):
        body = {"email": "ann-777@example.com", "password": "correct horse", "full_name": "Ann"}
        answer = app.post(REGISTER, json=body, headers={HEADER: "mine-1"})
        assert answer.status_code == 201, f"POST {REGISTER}"

        log_lines(1)
        app.get(EVENTS, headers={HEADER: "mine-2"})  # by now all about the first is written
        ids = {line.get("request_id") for line in entries(log_lines(2))}
        assert ids == {"mine-1", "mine-2"}, f"POST {REGISTER}: request_id in every line about it"

    def test_two_requests_at_once_keep_their_own(self, app, log_lines, database):
        def wait_for_the_table():
            body = {"email": "bob-777@example.com", "password": "correct horse", "full_name": "Bob"}
            with closing(Api(app.process)) as client:
                return client.post(REGISTER, json=body, headers={HEADER: "slow"}).status_code

        lock = table_lock(database, "users")
        with concurrent_calls(wait_for_the_table, 1, lock) as [slow]:
            wait_until(lambda: lock_waits(database) or slow.done(), f"POST {REGISTER}", TIMEOUT)
            app.get("/nowhere", headers={HEADER: "quick"})

        results([slow])
        app.get(EVENTS, headers={HEADER: "quick"})  # by now all about the slow one is written
        ids = {(line.get("status"), line.get("request_id")) for line in entries(log_lines(3))}
        ids -= {(None, "slow")}  # what else is logged about the registration
        case = f"GET /nowhere while POST {REGISTER} waits: each line has its own request_id"
        assert ids == {(404, "quick"), (201, "slow"), (200, "quick")}, case


class TestBug:
    def test_it_is_told_to_the_log_and_not_to_the_client(
        self, app, log_lines, missing_events_table
    ):
        answer = app.get(EVENTS, headers={HEADER: "bug-1"})

        case = f"GET {EVENTS} when the app has a bug"
        assert answer.status_code == 500, case
        assert answer.headers.get(HEADER) == "bug-1", f"{case}: {HEADER} in the answer"
        lines = log_lines(1)
        assert single_entry(lines, case)["status"] == 500, f"{case}: status"
        errors = [line for line in entries(lines) if "UndefinedTable" in str(line)]
        assert errors, f"{case}: the log has what was raised, in a line of JSON"
        assert errors[0]["level"].upper() == "ERROR", f"{case}: that line is an ERROR"
        assert errors[0].get("request_id") == "bug-1", f"{case}: that line has the request_id"
        assert "hidden_table" not in answer.text, case


class TestSecrets:
    def test_nothing_that_opens_a_door_is_written(self, app, log_lines):
        email, password = "secret-ann@example.com", "correct-horse-battery"
        body = {"email": email, "password": password, "full_name": "Ann"}
        app.post(REGISTER, json=body)
        app.post(REGISTER, json=body)
        app.post(LOGIN, json={**body, "password": "wrong-horse-battery"})
        app.post(LOGIN, json={"email": "not-an-address", "password": password})
        app.post(TOKEN, data={"username": email, "password": "wrong-horse-battery"})
        app.post(TOKEN, data={"username": email, "password": password})
        tokens = app.post(LOGIN, json=body).json()
        access, refresh = tokens["access_token"], tokens["refresh_token"]
        app.post("/api/v1/auth/refresh", json={"refresh_token": refresh})
        app.get(f"{ME}?token={access}&email={email}", auth=access)
        app.post(LOGOUT, json={"refresh_token": refresh}, auth=access)
        app.get(f"/nowhere/{email}")

        log = "\n".join(log_lines(11))
        secrets = {"e-mail": email, "password": "horse-battery", "access token": access}
        for name, value in {**secrets, "refresh token": refresh}.items():
            assert value not in log, f"/api/v1/auth/…: no {name} in the log"

    def test_nor_what_somebody_has_only_tried(self, app, log_lines, member, server, hidden_table):
        secret = server.environment["SECRET_KEY"]
        forged = [
            forge_token(attack, member.token, "access", secret)
            for attack in ("foreign_key", "expired", "alg_none")
        ]
        for token in forged:
            app.get(f"{ME}?token={token}", auth=token)
            app.post("/api/v1/auth/refresh", json={"refresh_token": token})
        body = {"email": "secret-bob@example.com", "password": "horse-battery", "full_name": "Bob"}
        app.post(LOGIN, json=body)
        app.post(TOKEN, data={"username": body["email"], "password": body["password"]})
        app.post(REGISTER, json={**body, "full_name": 7})
        broken = f'{{"email": "{body["email"]}", "password":'
        app.post(REGISTER, content=broken, headers={"Content-Type": "application/json"})
        unlucky = {**body, "email": "secret-eve@example.com"}
        with hidden_table("users"):
            app.post(REGISTER, json=unlucky)
            app.post(LOGIN, json=unlucky)

        log = "\n".join(log_lines(12))
        leaked = {
            "the e-mail of an unknown user or of a refused body": body["email"] in log,
            "the e-mail of a request that ends in a bug": unlucky["email"] in log,
            "the password that came with it": body["password"] in log,
            "a token that is not good": any(token in log for token in forged),
        }
        assert [name for name, is_logged in leaked.items() if is_logged] == [], (
            "the log holds none of these"
        )

    def test_nobody_writes_a_line_of_their_own(self, app, log_lines):
        app.get(f"/nowhere/%0A{FORGED}%0D%0A")
        app.get(f"{EVENTS}?sort_by=%0A{FORGED}")
        app.post(TOKEN, data={"username": f"x\r\n{FORGED}", "password": f"\n{FORGED}"})
        app.get(EVENTS, headers={"User-Agent": FORGED, "Referer": FORGED})

        lines = log_lines(4)
        not_json = [line for line in lines if line.strip() and entry(line) is None]
        assert not_json == [], "every line is JSON, whatever the request had in it"
        routes = [line["route"] for line in request_entries(lines)]
        assert len(routes) == 4, "a request with line breaks in it leaves one line"
        assert "/forged" not in routes, "no line is the request's own text"


class TestLevel:
    def test_it_is_heeded(self, server, commands):
        app = server.shared(LOG_FORMAT="json", LOG_LEVEL="ERROR")
        since = app.process.log_size()
        app.get(EVENTS)
        app.get("/nowhere")

        assert app.process.log(since).strip() == "", f"GET {EVENTS} with LOG_LEVEL=ERROR: no line"

        settings, argv = {"LOG_FORMAT": "json", "LOG_LEVEL": "WARNING"}, ("-c", SERVER)
        result = commands.border.run(commands.border.python(*argv), settings, None, 6 * TIMEOUT)

        lines = (result.stdout + result.stderr).strip().splitlines()
        case = "uvicorn app.main:app with LOG_FORMAT=json and LOG_LEVEL=WARNING"
        assert [line for line in lines if entry(line) is None] == [], f"{case}: each line is JSON"
        levels = [line["level"].upper() for line in entries(lines)]
        assert levels == ["WARNING"], f"{case}: uvicorn's warning is a line, its INFO is none"

    @pytest.mark.parametrize(
        ("name", "value"),
        [("LOG_LEVEL", "LOUD"), ("LOG_FORMAT", "parchment"), ("LOG_LEVEL", "CRITICAL")],
    )
    def test_another_word_stops_the_app(self, startup_error, name, value):
        output = startup_error(**{name: value})

        assert output is not None, f"with {name}={value} the app does not start"
        assert name in output.upper(), f"with {name}={value} it says that it is about {name}"
