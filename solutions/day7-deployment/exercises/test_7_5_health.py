"""Task 7.5: alive is not ready; both answer whatever happens to PostgreSQL and Redis.

The database of some tests stands behind a relay that can stop: it takes whatever it is sent, and
passes nothing on. That is how a network breaks.
"""

import contextlib
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
from checks.harness.app.api import Api

LIVE, READY, HEALTH = "/health/live", "/health/ready", "/health"
# The task says two seconds; the rest is for a slow machine.
LIMIT = 4.0
PATIENCE = 15.0
# More than the threads that handlers run in (40).
CROWD = 50
SOCKET = ".s.PGSQL.5432"
WELL = {"status": "ok", "checks": {"database": "ok", "redis": "ok"}}
AT_WORK = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


class Relay:
    """Between the app and PostgreSQL; `flows` is cleared to stop and set to go on."""

    def __init__(self, folder, url):
        folder.mkdir(exist_ok=True)
        self.file, self.url = folder / SOCKET, urlsplit(url)
        self.file.unlink(missing_ok=True)
        self.flows = threading.Event()
        self.flows.set()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.file))
        self.file.chmod(0o777)
        self.listener.listen(200)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                inner, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(inner,), daemon=True).start()

    def serve(self, inner):
        self.flows.wait()
        with inner, self.connected() as outer:
            back = threading.Thread(target=self.pass_on, args=(outer, inner), daemon=True)
            back.start()
            self.pass_on(inner, outer)
            back.join()

    def connected(self):
        host = parse_qs(self.url.query).get("host")
        if not host:
            return socket.create_connection((self.url.hostname, self.url.port or 5432))
        outer = socket.socket(socket.AF_UNIX)
        outer.connect(f"{host[0]}/{SOCKET}")
        return outer

    def pass_on(self, source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.flows.wait()
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.flows.set()
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes `accept`, as `close` would not
        self.listener.close()


@pytest.fixture
def relay(environment, evidence):
    """The way to PostgreSQL of `relayed`; it flows again when the test is over."""
    url = environment.settings(environment.made)["DATABASE_URL"]
    made = environment.cached("relay", lambda: Relay(environment.scratch / "relay", url))
    yield made
    made.flows.set()


@pytest.fixture
def relayed(server, environment, relay):
    """The app, with PostgreSQL behind the relay."""
    url = environment.services.postgres.url(environment.made, environment.border().inside("relay"))
    return server.shared(DATABASE_URL=url)


@pytest.fixture
def forsaken(server, environment):
    """The app, with neither PostgreSQL nor Redis where its settings say."""
    url = environment.services.postgres.url(
        environment.made, environment.border().inside("nowhere")
    )
    return server.shared(DATABASE_URL=url, REDIS_URL="redis://127.0.0.1:1/0")


@pytest.fixture
def black_hole(environment):
    """The address of a Redis that takes every connection, and never answers."""
    file = environment.scratch / "hole.sock"
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(file))
        file.chmod(0o777)
        listener.listen(100)
        yield f"unix://{environment.border().inside(file.name)}?db=0"
    file.unlink()


def ask(app, path):
    """One question over a connection of its own: the status."""
    with contextlib.closing(Api(app.process)) as client:
        return client.get(path, timeout=PATIENCE).status_code


def until(good, asked):
    """Look again until it is as asked, or fail by those words."""
    deadline, clock = time.monotonic() + PATIENCE, threading.Event()
    while not good():
        assert time.monotonic() < deadline, asked
        clock.wait(0.05)


class TestWell:
    @pytest.mark.gate
    def test_ready_says_that_everything_is_there(self, api):
        answer = api.get(READY)

        assert answer.status_code == 200, f"GET {READY} with PostgreSQL and Redis"
        assert answer.json() == WELL, f"GET {READY}: the body"

    def test_health_is_the_same_question(self, api):
        answer = api.get(HEALTH)

        assert answer.status_code == 200, f"GET {HEALTH} with PostgreSQL and Redis"
        assert answer.json() == WELL, f"GET {HEALTH}: the body of {READY}"

    def test_live_says_that_the_process_is_there(self, api):
        answer = api.get(LIVE)

        assert answer.status_code == 200, f"GET {LIVE}"
        assert answer.json() == {"status": "ok"}, f"GET {LIVE}: the body"

    def test_any_name_will_do(self, api):
        for path in (LIVE, READY, HEALTH):
            answer = api.get(path, headers={"Host": "10.0.0.7:8000"})

            assert answer.status_code == 200, f"GET {path} with Host: 10.0.0.7:8000"

    def test_it_may_be_asked_often(self, api):
        for path in (LIVE, READY):
            statuses = {api.get(path).status_code for _ in range(CROWD)}

            assert statuses == {200}, f"GET {path}, {CROWD} times in a row"

    def test_busy_is_not_down(self, api, database, factory, organizer):
        path = f"/api/v1/events/{factory.event(organizer)['id']}"
        rival = database.connect()
        rival.execute("LOCK TABLE events")
        with ThreadPoolExecutor(CROWD) as pool:
            waiting = [pool.submit(ask, api, path) for _ in range(CROWD)]
            until(lambda: database.value(AT_WORK) >= 2, f"GET {path} waits for the table")

            statuses = {each: ask(api, each) for each in (LIVE, READY)}
            rival.rollback()
            for each in waiting:
                each.result()

        asked = f"while {CROWD} requests wait for one table"
        assert statuses == {LIVE: 200, READY: 200}, f"GET {LIVE} and GET {READY} {asked}"


class TestDown:
    def test_ready_says_what_is_missing_and_no_more(self, forsaken):
        answer = forsaken.get(READY, timeout=LIMIT)

        asked = f"GET {READY} with neither PostgreSQL nor Redis"
        assert answer.status_code == 503, asked
        missing = {"status": "down", "checks": {"database": "down", "redis": "down"}}
        assert answer.json() == missing, f"{asked}: ok and down, and no other word"

    def test_live_does_not_mind(self, forsaken):
        answer = forsaken.get(LIVE, timeout=LIMIT)

        assert answer.status_code == 200, f"GET {LIVE} with neither PostgreSQL nor Redis"

    def test_a_redis_that_is_silent_is_down(self, server, black_hole):
        app = server.spawn(REDIS_URL=black_hole)

        answer = app.get(READY, timeout=LIMIT)

        asked = f"GET {READY} with a Redis that never answers"
        assert answer.status_code == 503, f"{asked}, within two seconds"
        assert answer.json()["checks"] == {"database": "ok", "redis": "down"}, f"{asked}: checks"


class TestSilence:
    @pytest.fixture(autouse=True)
    def silence(self, relayed, relay):
        """Nothing is passed on, and the app has had the time to see it."""
        until(lambda: relayed.get(READY).status_code == 200, f"GET {READY}: 200")
        relay.flows.clear()
        asked = f"GET {READY} with a network that passes nothing on to PostgreSQL: 503"
        until(lambda: relayed.get(READY, timeout=LIMIT).status_code == 503, asked)

    def test_a_database_that_is_silent_is_down(self, relayed):
        answer = relayed.get(READY, timeout=LIMIT)

        asked = f"GET {READY} with a network that passes nothing on to PostgreSQL"
        assert answer.status_code == 503, f"{asked}, within two seconds"
        assert answer.json()["checks"] == {"database": "down", "redis": "ok"}, f"{asked}: checks"

    def test_nobody_else_waits_for_it(self, relayed):
        with ThreadPoolExecutor(CROWD) as pool:
            asked = [pool.submit(ask, relayed, READY) for _ in range(CROWD)]

            alive = relayed.get(LIVE, timeout=LIMIT).status_code
            about = relayed.get("/api/v1", timeout=LIMIT).status_code
            found = {each.result() for each in asked}

        after = f"while {CROWD} times GET {READY} waits for PostgreSQL"
        assert alive == 200, f"GET {LIVE} {after}"
        assert about == 200, f"GET /api/v1 {after}: a handler that needs no database"
        assert found == {503}, f"GET {READY}, {CROWD} at once, with a silent PostgreSQL"

    def test_it_is_ready_again_when_the_database_is_back(self, relayed, relay):
        relay.flows.set()

        back = f"GET {READY} is 200 again when PostgreSQL answers again"
        until(lambda: relayed.get(READY, timeout=LIMIT).status_code == 200, back)
