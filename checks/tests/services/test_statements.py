"""The application's statements, from the server's log."""

from pathlib import Path

import psycopg
import pytest

from checks import services
from checks.services import server_logs
from checks.services.postgres import Postgres
from checks.tests.services.sessions import log_in


class TestStatements:
    def test_the_applications_are_seen_with_their_parameters(
        self, postgres: Postgres, app: "psycopg.Connection", database: services.Database
    ) -> None:
        log = postgres.statements(database)
        mark = log.mark()
        app.execute("SELECT name FROM people WHERE id = %s", (7,))
        app.execute("SELECT 1\n  AS one")

        statements = log.since(mark)

        assert statements == [
            "SELECT name FROM people WHERE id = $1  -- $1 = '7'",
            "SELECT 1\n  AS one",
        ]

    @pytest.mark.parametrize("name", [b"x:1", b"x: 1", b"x: begin", b"statement: begin; --"])
    def test_the_name_of_a_prepared_statement_hides_none(
        self,
        postgres: Postgres,
        app: "psycopg.Connection",
        database: services.Database,
        name: bytes,
    ) -> None:
        log = postgres.statements(database)
        mark = log.mark()
        app.pgconn.prepare(name, b"SELECT 1 AS hidden")
        app.pgconn.exec_prepared(name, [])

        (statement,) = log.since(mark)

        assert statement.endswith("SELECT 1 AS hidden")

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

    def test_a_block_shows_what_was_sent_inside_it_but_for_the_ends_of_transactions(
        self, postgres: Postgres, app: "psycopg.Connection", database: services.Database
    ) -> None:
        app.execute("SELECT 'before'")
        with postgres.statements(database).captured() as statements:
            app.execute("BEGIN; SELECT 1")
            app.execute("SELECT 'commit'")
            app.execute("ROLLBACK")
        app.execute("SELECT 'after'")

        assert statements == ["BEGIN; SELECT 1", "SELECT 'commit'"]

    def test_what_the_driver_forgets_is_not_and_what_looks_like_it_is(
        self, postgres: Postgres, app: "psycopg.Connection", database: services.Database
    ) -> None:
        log = postgres.statements(database)
        mark = log.mark()
        app.execute("DEALLOCATE ALL")
        app.execute("SELECT 'deallocate all'")

        assert log.since(mark) == ["SELECT 'deallocate all'"]

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

        assert server_logs.prune_logs(tmp_path, now + 60) == []
        gone = server_logs.prune_logs(tmp_path, now + 2 * server_logs.LOG_RETENTION_SECONDS)
        assert sorted(path.name for path in gone) == names[: 12 - server_logs.MIN_LOGS]

    def test_of_long_logs_fewer_are_kept(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(server_logs, "MAX_LOG_BYTES", 25)
        for number in range(6):
            (tmp_path / f"postgresql-{number}.json").write_bytes(bytes(10))

        server_logs.prune_logs(tmp_path, 0)

        assert sorted(path.name for path in tmp_path.iterdir()) == [
            "postgresql-4.json",
            "postgresql-5.json",
        ]
