"""Task 7.4: production is what the environment says, and a wrong word stops the app at its start.

Many requests wait for a locked table, so that the connections in use can be counted meanwhile.
"""

from functools import partial
from urllib.parse import quote

import pytest
from checks.harness.app.commands import Commands
from checks.harness.app.concurrency import (
    concurrent_calls,
    held_requests,
    results,
    status_or_none,
)
from checks.harness.app.database_sessions import disconnect_idle_sessions, peak_lock_waits
from checks.harness.app.lock_waits import table_lock

EVENTS = "/api/v1/events/"
ERRORS = {f"{EVENTS}1": 404, f"{EVENTS}?limit=0": 422, "/api/v1/auth/me": 401, "/nowhere": 404}
DOCUMENTATION = ("/docs", "/redoc", "/openapi.json")
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "thirty-two bytes are long enough",
    "BCRYPT_ROUNDS": "10",
    "ALLOWED_HOSTS": '["shop.example", "localhost"]',
}
HOST_LIST = {"ALLOWED_HOSTS": "localhost, shop.example ,api.example"}
SERVED_HOSTS = ("shop.example", "SHOP.example:8000", "localhost", "localhost:8000")
STRANGERS = ("evil.example", "shop.example.evil", "evil-shop.example", "www.shop.example")
POOL = {"DB_POOL_SIZE": "16", "DB_MAX_OVERFLOW": "4", "DB_STATEMENT_TIMEOUT_MS": "60000"}
SHORT_KEY = "hunter2-has-thirty-one-letters!"
EXAMPLE_KEY = "your-secret-key-change-in-production"
# More than there are threads (40) and connections (20) together: the plan's stack locks itself up.
REQUESTS = 80
TIMEOUT = 10.0
INVALID_SETTINGS = [
    pytest.param("ENVIRONMENT", {"ENVIRONMENT": "prod"}, id="another ENVIRONMENT"),
    pytest.param("SECRET_KEY", {"SECRET_KEY": SHORT_KEY}, id="a short SECRET_KEY"),
    pytest.param(
        "SECRET_KEY", {**PRODUCTION, "SECRET_KEY": EXAMPLE_KEY}, id="the plan's SECRET_KEY"
    ),
    pytest.param("BCRYPT_ROUNDS", {**PRODUCTION, "BCRYPT_ROUNDS": "9"}, id="cheap hashes"),
    pytest.param("REDIS_URL", {**PRODUCTION, "REDIS_URL": ""}, id="no Redis"),
    pytest.param("FORWARDED_ALLOW_IPS", {**PRODUCTION, "FORWARDED_ALLOW_IPS": "*"}, id="a * proxy"),
    pytest.param("DB_POOL_SIZE", {"DB_POOL_SIZE": "many"}, id="a pool of many"),
]


@pytest.fixture
def load(database, factory, organizer):
    """`load(app, 80)`: so many requests at once: the peak of lock waits, and the statuses."""
    path = f"{EVENTS}{factory.event(organizer)['id']}"

    def send(app, number, target):
        lock = table_lock(database, "events")
        with held_requests(app, path, number, lock, 3 * TIMEOUT) as requests:
            peak = peak_lock_waits(database, target, TIMEOUT)
        return peak, results(requests)

    return send


class TestProduction:
    @pytest.mark.gate
    def test_the_documentation_is_gone(self, server):
        app = server.shared(**PRODUCTION)

        for path in DOCUMENTATION:
            assert app.get(path).status_code == 404, f"GET {path} with ENVIRONMENT=production: 404"

    def test_elsewhere_it_is_there(self, server):
        app = server.shared(ENVIRONMENT="development")
        apps = {"development": app, "test": server.shared(**HOST_LIST)}

        for name, each in apps.items():
            for path in DOCUMENTATION:
                case = f"GET {path} with ENVIRONMENT={name}"
                assert each.get(path).status_code == 200, case
        title = app.get("/openapi.json").json()["info"]["title"]
        assert "Eventure" in title, "GET /openapi.json: the title is the one it had"

    def test_the_rest_is_the_same(self, server):
        app = server.shared(**PRODUCTION)

        assert app.get(EVENTS).status_code == 200, f"GET {EVENTS} with ENVIRONMENT=production"
        for path, status in ERRORS.items():
            answer = app.get(path)
            assert answer.status_code == status, f"GET {path} with ENVIRONMENT=production"
            assert {"detail", "code"} <= set(answer.json()), f"GET {path}: detail and code"


class TestRefusal:
    @pytest.mark.parametrize(("name", "extra"), INVALID_SETTINGS)
    def test_it_does_not_start_with(self, server, startup_error, name, extra):
        output = startup_error(**extra)

        assignment = " ".join(
            f"{key}={extra[key]}" for key in ("ENVIRONMENT", name) if key in extra
        )
        assert output is not None, f"with {assignment} the app does not start"
        assert name in output.upper(), f"with {assignment} it says that it is about {name}"
        assert "Traceback" not in output, (
            f"with {assignment} it says so in a sentence, not a traceback"
        )
        secret = extra.get("SECRET_KEY", server.environment["SECRET_KEY"])
        assert secret not in output, f"with {assignment} it does not print SECRET_KEY"

    def test_it_never_prints_the_secret(self, startup_error):
        output = startup_error(SECRET_KEY=SHORT_KEY)

        assert output is not None, "with a SECRET_KEY that is too short the app does not start"
        assert "hunter2" not in output, "with a SECRET_KEY that is too short it does not print it"


class TestHosts:
    @pytest.mark.parametrize("settings", [HOST_LIST, PRODUCTION], ids=["commas", "JSON"])
    def test_only_those_of_the_list_are_served(self, server, settings):
        app = server.shared(**settings)
        answers = {
            host: app.get(EVENTS, headers={"Host": host}) for host in (*SERVED_HOSTS, *STRANGERS)
        }

        case = f"GET {EVENTS} with ALLOWED_HOSTS={settings['ALLOWED_HOSTS']} and Host"
        statuses = {host: answer.status_code for host, answer in answers.items()}
        expected = dict.fromkeys(SERVED_HOSTS, 200) | dict.fromkeys(STRANGERS, 400)
        assert statuses == expected, f"{case}: {', '.join(answers)}"
        body = answers["evil.example"].json()
        assert {"detail", "code"} <= set(body), f"{case}: evil.example: an error as all others"

    def test_a_proxys_header_names_no_host(self, server):
        app = server.shared(**HOST_LIST)
        for host, forwarded, status in (
            ("evil.example", "shop.example", 400),
            ("shop.example", "evil.example", 200),
        ):
            headers = {"Host": host, "X-Forwarded-Host": forwarded}

            case = f"GET {EVENTS} with Host: {host} and X-Forwarded-Host: {forwarded}"
            assert app.get(EVENTS, headers=headers).status_code == status, case

    def test_without_the_list_this_machine_is_served(self, server):
        app = server.shared(ENVIRONMENT="development")

        for host, status in (("localhost:8000", 200), ("127.0.0.1", 200), ("evil.example", 400)):
            answer = app.get(EVENTS, headers={"Host": host})

            case = f"GET {EVENTS} without ALLOWED_HOSTS, Host: {host}"
            assert answer.status_code == status, case

    def test_health_checks_come_from_anywhere(self, server):
        app = server.shared(**HOST_LIST)

        for path in ("/health/live", "/health/ready", "/health"):
            status = app.get(path, headers={"Host": "10.0.0.7:8000"}).status_code

            assert status != 400, f"GET {path} by the container's address: any Host (404 is fine)"
        status = app.get("/healthz", headers={"Host": "evil.example"}).status_code
        assert status == 400, "GET /healthz, which is no health check, with Host: evil.example"


class TestDatabase:
    def test_as_many_connections_as_it_may_have(self, server, load):
        peak, statuses = load(server.shared(**POOL), REQUESTS, target=20)

        case = f"GET {EVENTS}<id>, {REQUESTS} at once with DB_POOL_SIZE=16 DB_MAX_OVERFLOW=4"
        assert peak == 20, f"{case}: twenty are at work at the database"
        assert set(statuses) == {200}, f"{case}: everybody is answered"

    def test_a_database_that_was_restarted_is_found_again(self, server, database):
        app = server.shared(**POOL)
        assert app.get(EVENTS).status_code == 200, f"GET {EVENTS}"
        disconnect_idle_sessions(database)

        answer = app.get(EVENTS)

        assert answer.status_code == 200, f"GET {EVENTS} when every connection has been ended"

    def test_a_statement_may_not_take_for_ever(self, server, database):
        app = server.spawn(DB_STATEMENT_TIMEOUT_MS="300")
        case = f"GET {EVENTS} with DB_STATEMENT_TIMEOUT_MS=300 and a locked table"
        assert app.get(EVENTS).status_code == 200, f"GET {EVENTS} before the table is locked"
        with table_lock(database, "events"):
            # One over the connection that has answered already, the other over a new one.
            get = partial(status_or_none, app, EVENTS, TIMEOUT / 2)
            with concurrent_calls(get, 2) as requests:
                statuses = results(requests)
            assert statuses.count(503) == 2, f"{case}: 503, and not when the lock is gone"
            answer = app.get(EVENTS, timeout=TIMEOUT / 2)

        assert answer.status_code == 503, f"{case}: 503 again over the same connections"
        assert set(answer.json()) == {"detail", "code"}, f"{case}: an error as all others"
        assert "timeout" not in answer.text.lower(), f"{case}: nothing of PostgreSQL's own words"
        assert app.get(EVENTS).status_code == 200, f"GET {EVENTS} when the lock is gone"

    def test_a_migration_may(self, environment, evidence):
        database = environment.create_database()
        commands = Commands(environment.border(database))

        result = commands.run("alembic", "downgrade", "base", env={"DB_STATEMENT_TIMEOUT_MS": "1"})

        environment.services.postgres.drop_database(database)
        assert result.returncode == 0, "`alembic downgrade base` with DB_STATEMENT_TIMEOUT_MS=1"

    def test_nobody_waits_long_for_a_database_that_is_silent(self, server, silent_postgres):
        app = server.spawn(DATABASE_URL=silent_postgres, DB_CONNECT_TIMEOUT="2")

        status = app.get(EVENTS, timeout=TIMEOUT * 0.8).status_code

        assert status == 503, f"GET {EVENTS} with DB_CONNECT_TIMEOUT=2 and no word from PostgreSQL"

    def test_sqlite_still_does_for_a_look(self, server, commands, environment):
        url = f"sqlite:///{environment.border().inside('look.db')}"

        result = commands.run("alembic", "upgrade", "head", env={"DATABASE_URL": url})
        assert result.returncode == 0, f"`alembic upgrade head` with DATABASE_URL={url}"
        app = server.spawn(DATABASE_URL=url, DB_POOL_SIZE="3", DB_STATEMENT_TIMEOUT_MS="900")

        assert app.get(EVENTS).status_code == 200, f"GET {EVENTS} with DATABASE_URL={url}"

    def test_the_urls_own_options_stay(self, server, environment, database):
        url = environment.settings(environment.database)["DATABASE_URL"]
        own = {"default_transaction_read_only": "on", "statement_timeout": "300"}
        options = quote(" ".join(f"-c{name}={value}" for name, value in own.items()))
        url = f"{url}{'&' if '?' in url else '?'}options={options}"
        app = server.spawn(DATABASE_URL=url, DB_STATEMENT_TIMEOUT_MS="60000")

        body = {"email": "ann@example.com", "password": "horse-battery", "full_name": "Ann"}
        status = app.post("/api/v1/auth/register", json=body).status_code
        assert status >= 500, "POST …/register with default_transaction_read_only in DATABASE_URL"
        with table_lock(database, "events"):
            status = status_or_none(app, EVENTS, TIMEOUT / 2)
        case = f"GET {EVENTS} of a locked table with statement_timeout=300 in DATABASE_URL"
        assert status == 503, f"{case}, and 60000 in DB_STATEMENT_TIMEOUT_MS"
