"""A database for each run: its rights, and how it is emptied."""

import psycopg
import pytest

from checks import services
from checks.errors import CourseError
from checks.services import sql
from checks.services.postgres import Postgres
from checks.tests.services.sessions import log_in

HOLD_SESSION = """
LOOP
    BEGIN
        PERFORM pg_sleep(3600);
    EXCEPTION WHEN query_canceled THEN NULL;
    END;
END LOOP;
"""
TAKE_LOGIN = """
SET ROLE NONE;
EXECUTE format('ALTER ROLE %I PASSWORD %L', session_user, 'mine');
RETURN NULL;
"""


def truncate_trigger(body: str) -> str:
    return f"""
CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$;
CREATE TRIGGER mine BEFORE TRUNCATE ON people EXECUTE FUNCTION mine();
"""


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
        dropped = postgres.create_database()
        with log_in(postgres, dropped) as session:
            postgres.drop_database(dropped)
            postgres.drop_database(dropped)

            with pytest.raises(psycopg.OperationalError):
                session.execute("SELECT 1")


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
        with log_in(postgres, database) as idle:
            idle.execute("BEGIN")
            idle.execute("SELECT * FROM people")

            postgres.empty(database)

            with pytest.raises(psycopg.OperationalError):
                idle.execute("SELECT 1")

    def test_a_trigger_that_holds_it_is_ended_whatever_it_catches(
        self,
        postgres: Postgres,
        database: services.Database,
        app: "psycopg.Connection",
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(sql, "TRUNCATE_TIMEOUT_SECONDS", 0.5)
        app.execute(truncate_trigger(HOLD_SESSION))

        with pytest.raises(psycopg.errors.AdminShutdown):
            postgres.empty(database)

        app.execute("DROP TRIGGER mine ON people")
        postgres.empty(database)

    def test_a_trigger_that_takes_the_checkers_login_is_found_out(
        self, postgres: Postgres, database: services.Database, app: "psycopg.Connection"
    ) -> None:
        log = postgres.statements(database)
        mark = log.mark()
        postgres.empty(database)
        app.execute(truncate_trigger(TAKE_LOGIN))

        for action in (lambda: postgres.empty(database), lambda: log.since(mark)):
            with pytest.raises(CourseError, match="has changed the login of the checker"):
                action()
