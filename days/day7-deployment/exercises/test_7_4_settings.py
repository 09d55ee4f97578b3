"""Task 7.4: production is what the environment says, and a wrong word stops the app at its start.

A crowd waits at a locked table, so that what each request holds can be counted while it holds it.
"""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from checks.harness.app.api import Api
from checks.harness.app.learner_tree import Commands
from checks.harness.app.process import AppProcess
from checks.harness.errors import AppDown

EVENTS = "/api/v1/events/"
DOCUMENTATION = ("/docs", "/redoc", "/openapi.json")
PRODUCTION = {
    "ENVIRONMENT": "production",
    "BCRYPT_ROUNDS": "10",
    "ALLOWED_HOSTS": '["shop.example", "localhost"]',
}
LISTED = {"ALLOWED_HOSTS": "shop.example, api.example"}
POOL = {"DB_POOL_SIZE": "16", "DB_MAX_OVERFLOW": "4", "DB_STATEMENT_TIMEOUT_MS": "60000"}
PLANS_KEY = "your-secret-key-change-in-production"
# More than there are threads (40) and connections (20) together: the plan's stack locks itself up.
CROWD = 80
PATIENCE = 10.0
AT_WORK = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
THROW_OUT = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle'
"""
REFUSED = [
    pytest.param("ENVIRONMENT", {"ENVIRONMENT": "prod"}, id="another ENVIRONMENT"),
    pytest.param("SECRET_KEY", {"SECRET_KEY": "hunter2-is-too-short"}, id="a short SECRET_KEY"),
    pytest.param("SECRET_KEY", {**PRODUCTION, "SECRET_KEY": PLANS_KEY}, id="the plan's SECRET_KEY"),
    pytest.param("BCRYPT_ROUNDS", {**PRODUCTION, "BCRYPT_ROUNDS": "9"}, id="cheap hashes"),
    pytest.param("REDIS_URL", {**PRODUCTION, "REDIS_URL": ""}, id="no Redis"),
    pytest.param("FORWARDED_ALLOW_IPS", {**PRODUCTION, "FORWARDED_ALLOW_IPS": "*"}, id="a * proxy"),
    pytest.param("DB_POOL_SIZE", {"DB_POOL_SIZE": "many"}, id="a pool of many"),
]


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


@pytest.fixture
def crowd(database, factory, organizer):
    """`crowd(app, 80)`: so many requests at once; how many were at work together, and statuses."""
    path = f"{EVENTS}{factory.event(organizer)['id']}"

    def ask(app, number, enough):
        rival = database.connect()
        rival.execute("LOCK TABLE events")
        with ThreadPoolExecutor(number) as pool:
            answers = [pool.submit(status_of, app, path) for _ in range(number)]
            most = until_it_stands(database, enough)
            rival.rollback()
            return most, [answer.result() for answer in answers]

    return ask


def status_of(app, path):
    """One request over a connection of its own."""
    client = Api(app.process)
    try:
        return client.get(path, timeout=3 * PATIENCE).status_code
    finally:
        client.close()


def until_it_stands(database, enough):
    """How many wait for the lock, when it is enough and a little later."""
    clock, most, calm = threading.Event(), 0, 0
    for _ in range(int(PATIENCE / 0.05)):
        now = database.value(AT_WORK)
        calm = calm + 1 if now >= enough and now == most else 0
        most = max(most, now)
        if calm == 6:
            break
        clock.wait(0.05)
    return most


class TestProduction:
    @pytest.mark.gate
    def test_the_documentation_is_gone(self, server):
        app = server.shared(**PRODUCTION)

        for path in DOCUMENTATION:
            assert app.get(path).status_code == 404, f"GET {path} with ENVIRONMENT=production: 404"

    def test_elsewhere_it_is_there(self, server):
        app = server.shared(ENVIRONMENT="development")

        for path in DOCUMENTATION:
            asked = f"GET {path} with ENVIRONMENT=development"
            assert app.get(path).status_code == 200, asked
        title = app.get("/openapi.json").json()["info"]["title"]
        assert "Eventure" in title, "GET /openapi.json: the title is the one it had"

    def test_the_rest_is_the_same(self, server):
        app = server.shared(**PRODUCTION)

        assert app.get(EVENTS).status_code == 200, f"GET {EVENTS} with ENVIRONMENT=production"
        answer = app.get(f"{EVENTS}1")
        assert answer.status_code == 404, f"GET {EVENTS}1 of no event, in production"
        assert {"detail", "code"} <= set(answer.json()), f"GET {EVENTS}1: detail and code"


class TestRefusal:
    @pytest.mark.parametrize(("name", "extra"), REFUSED)
    def test_it_does_not_start_with(self, refusal, name, extra):
        said = refusal(**extra)

        shown = " ".join(f"{key}={extra[key]}" for key in ("ENVIRONMENT", name) if key in extra)
        assert said is not None, f"with {shown} the app does not start"
        assert name in said.upper(), f"with {shown} it says that it is about {name}"
        assert "Traceback" not in said, f"with {shown} it says so in a sentence, not a traceback"

    def test_it_never_prints_the_secret(self, refusal):
        said = refusal(SECRET_KEY="hunter2-is-too-short")

        assert said is not None, "with a SECRET_KEY that is too short the app does not start"
        assert "hunter2" not in said, "with a SECRET_KEY that is too short it does not print it"


class TestHosts:
    @pytest.mark.parametrize("settings", [LISTED, PRODUCTION], ids=["commas", "JSON"])
    def test_only_those_of_the_list_are_served(self, server, settings):
        app = server.shared(**settings)
        found = {
            host: app.get(EVENTS, headers={"Host": host})
            for host in ("shop.example", "SHOP.example:8000", "evil.example", "shop.example.evil")
        }

        asked = f"GET {EVENTS} with ALLOWED_HOSTS={settings['ALLOWED_HOSTS']} and Host"
        statuses = [answer.status_code for answer in found.values()]
        assert statuses == [200, 200, 400, 400], f"{asked}: {', '.join(found)}"
        body = found["evil.example"].json()
        assert {"detail", "code"} <= set(body), f"{asked}: evil.example: an error as all others"

    def test_without_the_list_this_machine_is_served(self, server):
        app = server.shared(ENVIRONMENT="development")

        for host, status in (("localhost:8000", 200), ("127.0.0.1", 200), ("evil.example", 400)):
            answer = app.get(EVENTS, headers={"Host": host})

            asked = f"GET {EVENTS} without ALLOWED_HOSTS, Host: {host}"
            assert answer.status_code == status, asked

    def test_health_checks_come_from_anywhere(self, server):
        app = server.shared(**LISTED)

        for path in ("/health/live", "/health/ready", "/health"):
            status = app.get(path, headers={"Host": "10.0.0.7:8000"}).status_code

            assert status != 400, f"GET {path} by the container's address: any Host (404 is fine)"


class TestDatabase:
    def test_as_many_connections_as_it_may_have(self, server, crowd):
        most, statuses = crowd(server.shared(**POOL), CROWD, enough=20)

        asked = f"GET {EVENTS}<id>, {CROWD} at once with DB_POOL_SIZE=16 DB_MAX_OVERFLOW=4"
        assert most == 20, f"{asked}: twenty are at work at the database"
        assert set(statuses) == {200}, f"{asked}: everybody is answered"

    def test_a_database_that_was_restarted_is_found_again(self, server, database):
        app = server.shared(**POOL)
        assert app.get(EVENTS).status_code == 200, f"GET {EVENTS}"
        database.value(THROW_OUT)

        answer = app.get(EVENTS)

        assert answer.status_code == 200, f"GET {EVENTS} when every connection has been ended"

    def test_a_statement_may_not_take_for_ever(self, server, database):
        app = server.spawn(DB_STATEMENT_TIMEOUT_MS="300")
        rival = database.connect()
        rival.execute("LOCK TABLE events")

        answer = app.get(EVENTS, timeout=PATIENCE / 2)

        asked = f"GET {EVENTS} with DB_STATEMENT_TIMEOUT_MS=300 and a locked table"
        assert answer.status_code == 503, f"{asked}: 503, and not when the lock is gone"
        assert set(answer.json()) == {"detail", "code"}, f"{asked}: an error as all others"
        assert "timeout" not in answer.text.lower(), f"{asked}: nothing of PostgreSQL's own words"
        rival.rollback()
        assert app.get(EVENTS).status_code == 200, f"GET {EVENTS} when the lock is gone"

    def test_a_migration_may(self, environment, evidence):
        made = environment.fresh()
        commands = Commands(environment.border(made))

        done = commands.run("alembic", "downgrade", "base", env={"DB_STATEMENT_TIMEOUT_MS": "1"})

        environment.services.postgres.drop_database(made)
        assert done.returncode == 0, "`alembic downgrade base` with DB_STATEMENT_TIMEOUT_MS=1"

    def test_nobody_waits_long_for_a_database_that_is_silent(self, server, environment):
        folder = environment.scratch / "silent"
        folder.mkdir(exist_ok=True)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(folder / ".s.PGSQL.5432"))
            (folder / ".s.PGSQL.5432").chmod(0o777)
            listener.listen()
            url = environment.services.postgres.url(
                environment.made, environment.border().inside("silent")
            )
            app = server.spawn(DATABASE_URL=url, DB_CONNECT_TIMEOUT="2")

            status = app.get(EVENTS, timeout=PATIENCE * 0.8).status_code
        (folder / ".s.PGSQL.5432").unlink()

        assert status == 503, f"GET {EVENTS} with DB_CONNECT_TIMEOUT=2 and no word from PostgreSQL"

    def test_sqlite_still_does_for_a_look(self, server, commands, environment):
        file = f"sqlite:///{environment.border().inside('look.db')}"

        done = commands.run("alembic", "upgrade", "head", env={"DATABASE_URL": file})
        assert done.returncode == 0, f"`alembic upgrade head` with DATABASE_URL={file}"
        app = server.spawn(DATABASE_URL=file, DB_POOL_SIZE="3", DB_STATEMENT_TIMEOUT_MS="900")

        assert app.get(EVENTS).status_code == 200, f"GET {EVENTS} with DATABASE_URL={file}"

    def test_the_urls_own_options_stay(self, server, environment):
        url = environment.settings(environment.made)["DATABASE_URL"]
        elsewhere = f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3Dnowhere"

        answer = server.spawn(DATABASE_URL=elsewhere).get(EVENTS)

        assert answer.status_code >= 500, f"GET {EVENTS} with a search_path in DATABASE_URL: heeded"
