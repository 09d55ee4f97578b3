"""The services as runs meet them: real servers in a home of their own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis as redis_library

from checks import services
from checks.errors import CourseError
from checks.services import account, cluster, home, keeper, redis_process, templates
from checks.services.postgres import Postgres
from checks.services.process import read_pid
from checks.services.redis import RedisServer
from checks.tests.homes import own_home

TABLES = """
CREATE TABLE people (id serial PRIMARY KEY, name text);
CREATE TABLE alembic_version (version_num text);
INSERT INTO alembic_version VALUES ('0001');
"""


@pytest.fixture(scope="module")
def place() -> Iterator[home.Home]:
    with own_home() as made:
        yield made


@pytest.fixture
def postgres(place: home.Home) -> Postgres:
    return services.ensure().postgres


@pytest.fixture
def redis(place: home.Home) -> RedisServer:
    return services.ensure().redis


@pytest.fixture
def database(postgres: Postgres) -> Iterator[services.Database]:
    made = postgres.create_database()
    yield made
    postgres.drop_database(made)


@pytest.fixture
def app(postgres: Postgres, database: services.Database) -> Iterator["psycopg.Connection"]:
    """The application's own connection, with two tables."""
    with log_in(postgres, database) as connection:
        connection.execute(TABLES)
        yield connection


def log_in(postgres: Postgres, database: services.Database) -> "psycopg.Connection":
    url = postgres.url(database).replace("+psycopg", "")
    return psycopg.connect(url, autocommit=True)


def elsewhere(source: str) -> str:
    """What another process prints; it ends before this returns."""
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def databases(postgres: Postgres) -> set[str]:
    return {name for (name,) in postgres.admin.run("SELECT datname FROM pg_database")}


def tables(postgres: Postgres, calls: list[str]) -> Callable[[services.Database], None]:
    """Fills a template with two tables, and notes that it did."""

    def fill(database: services.Database) -> None:
        calls.append(database.name)
        with log_in(postgres, database) as connection:
            connection.execute(TABLES)

    return fill


class TestStart:
    def test_the_second_one_finds_what_the_first_started(self, place: home.Home) -> None:
        services.ensure()
        first = place.keeper_pid()
        said: list[str] = []

        services.ensure(said.append)

        assert place.keeper_pid() == first
        assert said == []

    def test_two_processes_at_once_start_one_keeper(self, place: home.Home) -> None:
        services.down()
        source = (
            "from checks import services; services.ensure(); "
            "print(services.lifecycle.find_home().keeper_pid())"
        )
        both = [
            subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]

        said = [process.communicate(timeout=120)[0].strip() for process in both]

        assert said == [str(place.keeper_pid())] * 2

    def test_down_stops_both_and_the_keeper(self, place: home.Home) -> None:
        services.ensure()
        state = place.read_state()
        assert state is not None

        assert services.down() is True

        assert place.keeper_pid() is None
        assert not redis_process.answers(state.redis)
        assert not cluster.postgres_answers(Path(state.postgres))
        assert services.status()["PostgreSQL"] == "stopped"
        assert services.down() is False

    def test_unused_services_stop_by_themselves(
        self, place: home.Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        services.down()
        monkeypatch.setenv("EVENTURE_IDLE_MINUTES", "0.001")
        services.ensure()

        assert home.wait_until_free(place, "keeper", 30), "the keeper still lives"
        assert not (place.data / "postmaster.pid").exists()

    def test_a_leased_database_counts_as_use(self, place: home.Home) -> None:
        server = services.ensure().redis
        before = keeper._in_use(place)
        number = server.lease()

        assert not before
        assert keeper._in_use(place)
        server.release(number)

    def test_an_open_connection_counts_as_use(self, place: home.Home) -> None:
        postgres = services.ensure().postgres
        before = keeper._in_use(place)

        with psycopg.connect(postgres.admin_dsn()):
            assert not before
            assert keeper._in_use(place)

    def test_a_path_that_is_too_long_for_a_socket_is_replaced(self) -> None:
        long = home.Home(Path("/nowhere") / ("deep/" * 30))

        assert len(str(long.sockets("postgres"))) < home.LONGEST_SOCKET_DIRECTORY

    def test_a_home_that_is_somebody_elses_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "planted").symlink_to(tmp_path / "mine")
        monkeypatch.setenv("EVENTURE_HOME", str(tmp_path / "planted"))

        with pytest.raises(CourseError, match="set EVENTURE_HOME"):
            services.ensure()

    def test_programs_in_a_private_checkout_are_copied_for_the_server(
        self, place: home.Home, tmp_path: Path
    ) -> None:
        (tmp_path / "private").mkdir(mode=0o700)
        who = account.Account(os.geteuid() + 1, os.getegid() + 1, drop=True)

        assert not who.can_reach(tmp_path / "private")
        assert who.can_reach(Path("/usr/bin"))
        assert cluster.find_programs(place, who).joinpath("postgres").exists()

    def test_nothing_is_readable_that_would_let_an_application_in(self, place: home.Home) -> None:
        services.ensure()

        for path in (place.password_file, place.redis_password_file):
            assert path.stat().st_mode & 0o077 == 0, path


class TestAfterACrash:
    def test_of_postgres(self, place: home.Home) -> None:
        services.ensure()
        pid = read_pid(place.data / "postmaster.pid")
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

        assert services.ensure().postgres.admin.run("SELECT 1") == [(1,)]

    def test_of_the_keeper(self, place: home.Home) -> None:
        made = services.ensure().postgres.create_database()
        pid = place.keeper_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        home.wait_until_free(place, "keeper", 10)
        before = read_pid(place.data / "postmaster.pid")

        assert databases(services.ensure().postgres) >= {made.name}
        assert read_pid(place.data / "postmaster.pid") != before

    def test_of_the_keeper_down_still_stops_its_servers(self, place: home.Home) -> None:
        services.ensure()
        state, pid = place.read_state(), place.keeper_pid()
        assert state is not None
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        home.wait_until_free(place, "keeper", 10)

        services.down()

        assert not redis_process.answers(state.redis)
        assert not cluster.postgres_answers(Path(state.postgres))

    def test_of_the_first_start_half_made_files_are_made_anew(self, place: home.Home) -> None:
        services.down(reset=True)
        half = place.root / "postgres.new"
        half.mkdir()
        (half / "PG_VERSION").write_text("18")

        assert services.ensure().postgres.admin.run("SELECT 1") == [(1,)]

    def test_files_that_no_server_starts_on_are_made_anew(self, place: home.Home) -> None:
        services.ensure()
        services.down()
        (place.data / "global" / "pg_control").write_bytes(b"torn")

        assert services.ensure().postgres.admin.run("SELECT 1") == [(1,)]

    def test_of_the_machine_a_pid_that_is_anothers_now_blocks_nothing(
        self, place: home.Home
    ) -> None:
        made = services.ensure().postgres.create_database()
        services.down()
        who = account.server_account()
        with subprocess.Popen(["sleep", "60"], user=who.uid if who.drop else None) as another:
            (place.data / "postmaster.pid").write_text(f"{another.pid}\n{place.data}\n")

            found = databases(services.ensure().postgres)

            assert another.poll() is None
            another.kill()
        assert made.name in found

    def test_of_the_machine_itself_the_files_are_not_trusted(self, place: home.Home) -> None:
        old = services.ensure().postgres.create_database()
        services.down()
        (place.data / "postmaster.pid").write_text(f"{2**22 + 1}\n{place.data}\n")
        (place.data / "eventure-boot").write_text("another boot")

        assert old.name not in databases(services.ensure().postgres)

    def test_of_a_run_its_database_is_dropped_by_the_next(self, postgres: Postgres) -> None:
        name = elsewhere(
            "from checks import services; print(services.ensure().postgres.create_database().name)"
        )
        mine = postgres.create_database()

        swept = postgres.sweep()

        assert name in swept
        assert mine.name not in swept
        roles = [role for (role,) in postgres.admin.run("SELECT rolname FROM pg_roles")]
        assert not [role for role in roles if role.startswith(name)]
        postgres.drop_database(mine)


class TestDatabase:
    def test_the_application_owns_it_and_nothing_more(
        self, app: "psycopg.Connection", database: services.Database
    ) -> None:
        row = app.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls "
            "FROM pg_roles WHERE rolname = current_user"
        ).fetchone()

        assert row == (False,) * 5

    def test_the_application_cannot_start_programs(self, app: "psycopg.Connection") -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("COPY (SELECT 1) TO PROGRAM 'true'")

    def test_the_application_cannot_read_the_servers_files(self, app: "psycopg.Connection") -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT pg_read_file('postmaster.pid')")

    @pytest.mark.parametrize("name", ["postgres", "template1"])
    def test_the_servers_own_databases_are_closed_to_it(
        self, postgres: Postgres, database: services.Database, name: str
    ) -> None:
        url = (
            postgres.url(database)
            .replace("+psycopg", "")
            .replace(f"/{database.name}?", f"/{name}?")
        )

        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(url)

    def test_anothers_database_is_closed_to_it(
        self, postgres: Postgres, database: services.Database
    ) -> None:
        other = postgres.create_database()
        url = postgres.url(database).replace("+psycopg", "")

        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(url.replace(f"/{database.name}?", f"/{other.name}?"))
        postgres.drop_database(other)

    def test_nobody_enters_without_a_password(
        self, postgres: Postgres, database: services.Database
    ) -> None:
        for user in ("postgres", database.role, database.checker):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(host=str(postgres.sockets), dbname=database.name, user=user)

    def test_what_the_checker_makes_belongs_to_the_application(
        self, postgres: Postgres, app: "psycopg.Connection", database: services.Database
    ) -> None:
        with postgres.connect(database) as checker:
            checker.execute("CREATE TABLE made_by_a_test (id int)")

        app.execute("DROP TABLE made_by_a_test")

    def test_a_trigger_of_the_application_never_runs_as_superuser(
        self, postgres: Postgres, app: "psycopg.Connection", database: services.Database
    ) -> None:
        app.execute("CREATE TABLE seen (super bool)")
        app.execute(
            "CREATE FUNCTION spy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RESET ROLE; "
            "RAISE EXCEPTION 'super: %', current_setting('is_superuser'); END $$"
        )
        app.execute("CREATE TRIGGER spy BEFORE TRUNCATE ON people EXECUTE FUNCTION spy()")

        with pytest.raises(psycopg.errors.RaiseException, match="super: off"):
            postgres.empty(database)

    def test_a_dropped_one_is_gone_with_its_roles_and_guests(self, postgres: Postgres) -> None:
        made = postgres.create_database()
        with log_in(postgres, made) as guest:
            postgres.drop_database(made)
            postgres.drop_database(made)

            with pytest.raises(psycopg.OperationalError):
                guest.execute("SELECT 1")


class TestEmpty:
    def test_rows_go_and_numbering_restarts_but_the_migration_stays(
        self, postgres: Postgres, app: "psycopg.Connection", database: services.Database
    ) -> None:
        app.execute("INSERT INTO people (name) VALUES ('ann'), ('ben')")

        postgres.empty(database)

        row = app.execute("INSERT INTO people (name) VALUES ('eva') RETURNING id").fetchone()
        assert row == (1,)
        assert app.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)

    def test_a_session_left_in_a_transaction_does_not_block_it(
        self, postgres: Postgres, app: "psycopg.Connection", database: services.Database
    ) -> None:
        with log_in(postgres, database) as forgotten:
            forgotten.execute("BEGIN")
            forgotten.execute("SELECT * FROM people")

            postgres.empty(database)

            with pytest.raises(psycopg.OperationalError):
                forgotten.execute("SELECT 1")


class TestTemplate:
    def test_it_is_filled_once(self, postgres: Postgres) -> None:
        calls: list[str] = []

        names = {postgres.template("once", tables(postgres, calls)) for _ in range(2)}

        assert len(names) == len(calls) == 1

    def test_a_second_process_waits_for_the_first_to_fill_it(self, postgres: Postgres) -> None:
        source = """
import sys
from checks import services
def fill(database):
    print("filling", flush=True)
    sys.stdin.read()
services.ensure().postgres.template("shared", fill)
"""
        argv = [sys.executable, "-c", source]
        pipe = subprocess.PIPE
        first = subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True)
        assert first.stdout is not None
        assert first.stdout.readline() == "filling\n"
        second = subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True)
        waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        limit = time.monotonic() + 20
        while not postgres.admin.run(waiting) and time.monotonic() < limit:
            pass
        first.communicate(timeout=60)

        assert second.communicate(timeout=60)[0] == "", "it filled what the first had filled"

    def test_a_clone_belongs_to_its_own_role(self, postgres: Postgres) -> None:
        name = postgres.template("clones", tables(postgres, []))
        first, second = postgres.create_database(name), postgres.create_database(name)
        for made in (first, second):
            with log_in(postgres, made) as connection:
                connection.execute("ALTER TABLE people ADD COLUMN age int")
                connection.execute("INSERT INTO people (name, age) VALUES ('ann', 1)")
                row = connection.execute("SELECT max(id) FROM people").fetchone()
            postgres.drop_database(made)

            assert row == (1,)

    def test_a_filling_that_fails_leaves_nothing_and_is_tried_again(
        self, postgres: Postgres
    ) -> None:
        def fail(_: services.Database) -> None:
            raise CourseError("the migration does not run")

        with pytest.raises(CourseError, match="does not run"):
            postgres.template("failing", fail)
        calls: list[str] = []
        postgres.template("failing", tables(postgres, calls))

        assert len(calls) == 1
        assert not postgres.admin.run(
            f"SELECT 1 FROM pg_database WHERE datname LIKE 'eventure\\_{os.getpid()}\\_%'"
        )

    def test_the_longest_unused_are_dropped(
        self, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(templates, "KEPT", 2)
        names = [postgres.template(f"key {n}", tables(postgres, [])) for n in range(3)]

        rows = postgres.admin.run(
            r"SELECT datname FROM pg_database WHERE datname LIKE 'eventure\_template\_%'"
        )

        assert {name for (name,) in rows} == set(names[1:])


class TestStatements:
    def test_the_applications_are_seen_with_their_parameters(
        self, postgres: Postgres, app: "psycopg.Connection", database: services.Database
    ) -> None:
        log = postgres.statements(database)
        mark = log.mark()
        app.execute("SELECT name FROM people WHERE id = %s", (7,))
        app.execute("SELECT 1\n  AS one")

        seen = log.since(mark)

        assert seen == ["SELECT name FROM people WHERE id = $1  -- $1 = '7'", "SELECT 1\n  AS one"]

    def test_what_came_before_the_mark_is_not(
        self, postgres: Postgres, app: "psycopg.Connection", database: services.Database
    ) -> None:
        log = postgres.statements(database)
        app.execute("SELECT 'before'")

        assert log.since(log.mark()) == []

    def test_the_checkers_own_are_not(
        self, postgres: Postgres, app: "psycopg.Connection", database: services.Database
    ) -> None:
        log = postgres.statements(database)
        mark = log.mark()
        with postgres.connect(database) as checker:
            checker.execute("SELECT * FROM people")
        postgres.empty(database)

        assert log.since(mark) == []

    def test_those_of_another_database_are_not(
        self, postgres: Postgres, database: services.Database
    ) -> None:
        log, other = postgres.statements(database), postgres.create_database()
        mark = log.mark()
        with log_in(postgres, other) as connection:
            connection.execute(f"SELECT '{database.name}'")
        postgres.drop_database(other)

        assert log.since(mark) == []

    @pytest.mark.parametrize(
        "attempt",
        [
            "SET log_statement = 'none'",
            "ALTER DATABASE {name} SET log_statement = 'none'",
            "ALTER ROLE {role} SET log_statement = 'none'",
            "ALTER ROLE {role} RESET ALL; SET SESSION AUTHORIZATION postgres",
        ],
    )
    def test_the_application_cannot_turn_it_off(
        self, app: "psycopg.Connection", database: services.Database, attempt: str
    ) -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(attempt.format(name=database.name, role=database.role))

    def test_a_comment_hides_no_statement(
        self, postgres: Postgres, app: "psycopg.Connection", database: services.Database
    ) -> None:
        log = postgres.statements(database)
        mark = log.mark()
        app.execute("/* BEGIN select pg_catalog.version() */ SELECT 1")
        app.execute("SET application_name = 'eventure'")

        assert len(log.since(mark)) == 2

    def test_they_are_followed_into_the_next_file(
        self, postgres: Postgres, app: "psycopg.Connection", database: services.Database
    ) -> None:
        log = postgres.statements(database)
        mark = log.mark()
        app.execute("SELECT 'old file'")
        postgres.admin.run("SELECT pg_rotate_logfile()")
        app.execute("SELECT 'new file'")

        assert log.since(mark) == ["SELECT 'old file'", "SELECT 'new file'"]

    def test_old_files_go_and_a_readers_stay(self, tmp_path: Path) -> None:
        names = [f"postgresql-20260101-0000{n:02}.json" for n in range(12)]
        for name in names:
            (tmp_path / name).touch()
        now = (tmp_path / names[0]).stat().st_mtime

        assert keeper.prune_logs(tmp_path, now + 60) == []
        gone = keeper.prune_logs(tmp_path, now + 2 * keeper.LOG_LIFE_SECONDS)
        assert sorted(path.name for path in gone) == names[: 12 - keeper.FRESH_LOGS]


class TestAnExternalServer:
    @pytest.mark.parametrize("url", ["sqlite:///app.db", "mysql://me@here/db", "nonsense"])
    def test_it_has_to_be_postgres(
        self, place: home.Home, monkeypatch: pytest.MonkeyPatch, url: str
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", url)

        with pytest.raises(CourseError, match=r"checks need PostgreSQL.* unset it"):
            services.ensure()

    def test_one_that_does_not_answer_is_said_so(
        self, place: home.Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://me:secret@127.0.0.1:1/db")

        with pytest.raises(CourseError, match="does not let us in") as caught:
            services.ensure()
        assert "secret" not in str(caught.value)

    def test_a_superuser_makes_databases_as_usual(
        self, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = postgres.admin_dsn().replace("postgresql://", "postgresql+psycopg://")
        monkeypatch.setenv("DATABASE_URL", url)
        outside = services.ensure().postgres

        made = outside.create_database(outside.template("outside", tables(outside, [])))

        assert outside.external
        assert outside.statements(made).since(outside.statements(made).mark()) == []
        with log_in(outside, made) as connection:
            assert connection.execute("SELECT count(*) FROM people").fetchone() == (0,)
        outside.drop_database(made)

    def test_a_login_that_may_make_databases_shares_itself(
        self, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", self.login(postgres, "maker", "CREATEDB"))
        outside = services.ensure().postgres

        made = outside.create_database(outside.template("maker", tables(outside, [])))

        assert made.role == "maker"
        outside.empty(made)
        outside.drop_database(made)

    def test_a_login_that_may_not_is_told_what_it_lacks(
        self, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", self.login(postgres, "guest", "NOCREATEDB"))

        with pytest.raises(CourseError, match="grant its role CREATEDB"):
            services.ensure().postgres.create_database()

    def login(self, postgres: Postgres, name: str, right: str) -> str:
        postgres.admin.run(f"CREATE ROLE {name} LOGIN PASSWORD 'word' {right}")
        postgres.admin.run(f"GRANT CONNECT ON DATABASE postgres TO {name}")
        return f"postgresql://{name}:word@/postgres?host={postgres.sockets}"


class TestRedis:
    def test_no_two_runs_have_the_same_database(self, redis: RedisServer) -> None:
        mine = redis.lease()

        others = elsewhere("from checks import services; print(services.ensure().redis.lease())")

        assert int(others) != mine
        redis.release(mine)

    def test_a_dead_runs_database_is_free_again_and_empty(self, redis: RedisServer) -> None:
        number = elsewhere(
            "from checks import services; server = services.ensure().redis; "
            "number = server.lease(); server.client(number).set('left', 'over'); print(number)"
        )

        mine = redis.lease()

        assert mine == int(number)
        assert redis.client(mine).dbsize() == 0
        redis.release(mine)

    def test_the_application_works_in_its_database(self, redis: RedisServer) -> None:
        number = redis.lease()
        with redis_library.Redis.from_url(redis.url(number)) as app:
            app.set("key", "value", ex=60)
            app.flushdb()
            app.eval("return redis.call('incr', KEYS[1])", 1, "count")

            assert app.get("count") == redis.client(number).get("count") == b"1"
        redis.release(number)

    @pytest.mark.parametrize(
        "command", ["FLUSHALL", "CONFIG GET dir", "SHUTDOWN NOSAVE", "SWAPDB 1 2", "MONITOR",
                    "ACL LIST", "DEBUG SLEEP 0", "CLIENT KILL TYPE normal", "REPLICAOF NO ONE"],
    )  # fmt: skip
    def test_the_application_cannot_reach_the_server_or_the_others(
        self, redis: RedisServer, command: str
    ) -> None:
        number = redis.lease()
        with (
            redis_library.Redis.from_url(redis.url(number)) as app,
            pytest.raises(redis_library.exceptions.NoPermissionError),
        ):
            app.execute_command(*command.split())
        redis.release(number)

    def test_without_a_program_a_simulation_says_what_it_is(
        self, place: home.Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(redis_process, "find_redis", lambda *_: None)
        running = redis_process.start_redis(place, account.server_account())
        server = RedisServer(running.kind, running.address, place.leases)

        number = server.lease()
        server.client(number).set("key", "value")

        assert server.kind == "simulated"
        assert server.client(number).get("key") == b"value"
        server.release(number)
        running.stop()

    def test_redis_url_names_another_server(
        self, redis: RedisServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")

        with pytest.raises(CourseError, match="unset REDIS_URL"):
            services.ensure()


def test_the_board_imports_no_driver() -> None:
    source = "import sys, json, checks.services; print(json.dumps(sorted(sys.modules)))"

    assert not {"psycopg", "redis"} & set(json.loads(elsewhere(source)))
