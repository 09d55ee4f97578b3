"""Files that belong to no database: bounded while an app runs, and then as small as before."""

import shutil
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from checks import services
from checks.harness.app.environment import AppEnvironment
from checks.services.home import Home
from checks.services.postgres import Postgres
from checks.tests.services.sessions import databases, log_in, run_in_subprocess

MIB = 1 << 20
COMMENT = """
DO $$ BEGIN
    EXECUTE format('COMMENT ON DATABASE %I IS %L', current_database(), ({}));
END $$
"""
RANDOM_TEXT = "SELECT string_agg(sha512(g::text::bytea)::text, '') FROM generate_series(1, 40000) g"
SUBTRANSACTIONS = """
DO $$ BEGIN
    FOR i IN 1..20000 LOOP
        BEGIN INSERT INTO pg_temp.t VALUES (i); EXCEPTION WHEN OTHERS THEN NULL; END;
    END LOOP;
END $$
"""
NOTIFY = "SELECT count(pg_notify('room', repeat('x', 7000) || g)) FROM generate_series(1, 1000) g"


def folder_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def fill_common_files(postgres: Postgres, database: services.Database) -> None:
    """Write several megabytes that no database counts."""
    with log_in(postgres, database) as app:
        app.execute(COMMENT.format(RANDOM_TEXT))


class TestNotifications:
    def test_those_that_nobody_fetches_end_at_a_bound_and_then_go(
        self, services_home: Home, postgres: Postgres, database: services.Database
    ) -> None:
        queue = services_home.data / "pg_notify"
        with log_in(postgres, database) as listener, log_in(postgres, database) as app:
            listener.execute("LISTEN room")
            listener.execute("BEGIN; SELECT 1")
            for _ in range(2):
                app.execute(NOTIFY)
            with pytest.raises(psycopg.OperationalError, match="NOTIFY queue"):
                app.execute(NOTIFY)
            filled = folder_bytes(queue)

        postgres.drop_database(database)
        postgres.shrink_shared_files()

        assert 8 * MIB < filled <= 17 * MIB
        assert folder_bytes(queue) <= MIB


class TestLogOfChanges:
    def test_it_stays_small_whatever_is_written(
        self, services_home: Home, postgres: Postgres, database: services.Database
    ) -> None:
        with log_in(postgres, database) as app:
            app.execute("CREATE TABLE pages (text text)")
            for _ in range(4):
                app.execute(
                    "INSERT INTO pages SELECT repeat('x', 1000) FROM generate_series(1, 40000);"
                    "TRUNCATE pages"
                )
        postgres.drop_database(database)

        assert folder_bytes(services_home.data / "pg_wal") <= 112 * MIB


class TestCommonFiles:
    def test_what_is_said_about_a_database_is_counted_and_then_goes(
        self, postgres: Postgres, database: services.Database
    ) -> None:
        before = postgres.shared_bytes()
        fill_common_files(postgres, database)
        filled = postgres.shared_bytes()

        postgres.drop_database(database)
        postgres.shrink_shared_files()

        assert filled > before + 2 * MIB
        assert postgres.shared_bytes() < before + MIB // 2

    def test_they_are_small_again_when_an_environment_is_closed(
        self, postgres: Postgres, tmp_path: Path
    ) -> None:
        before = postgres.shared_bytes()
        environment = AppEnvironment(tmp_path, contained=False)
        environment._database = postgres.create_database()
        border = environment.border()
        grown_before = border.shared_growth()
        fill_common_files(postgres, environment._database)
        grown = border.shared_growth()

        environment.close()

        assert grown_before < MIB // 2
        assert grown > 2 * MIB

        assert postgres.shared_bytes() < before + MIB // 2

    def test_exported_snapshots_are_counted_and_then_go(
        self, services_home: Home, postgres: Postgres, database: services.Database
    ) -> None:
        before = postgres.shared_bytes()
        with closing(log_in(postgres, database)) as app:
            app.execute("CREATE TEMP TABLE t (n int); BEGIN")
            app.execute(SUBTRANSACTIONS)
            app.execute("SELECT count(pg_export_snapshot()) FROM generate_series(1, 40)")
            filled = postgres.shared_bytes()

            postgres.drop_database(database)
            postgres.shrink_shared_files()

        assert filled > before + 4 * MIB
        assert postgres.shared_bytes() < before + MIB // 2
        assert folder_bytes(services_home.data / "pg_snapshots") == 0

    def test_a_file_of_some_bytes_counts_as_a_block(
        self, postgres: Postgres, database: services.Database
    ) -> None:
        with log_in(postgres, database) as app:
            app.execute("BEGIN")
            before = postgres.shared_bytes()
            app.execute("SELECT count(pg_export_snapshot()) FROM generate_series(1, 500)")

            assert postgres.shared_bytes() >= before + 500 * 4096

    @pytest.mark.parametrize(
        "folder", ["pg_serial", "pg_subtrans", "pg_stat", "pg_logical/snapshots"]
    )
    def test_every_folder_outside_the_databases_is_counted(
        self, services_home: Home, postgres: Postgres, folder: str
    ) -> None:
        before = postgres.shared_bytes()
        file = services_home.data / folder / "made-by-a-test"
        try:
            file.write_bytes(b"x" * MIB)
            filled = postgres.shared_bytes()
        finally:
            file.unlink()

        assert MIB <= filled - before < MIB + MIB // 2


class TestTemporaryFiles:
    def test_the_folder_of_a_parallel_statement_is_counted(
        self, services_home: Home, postgres: Postgres, database: services.Database
    ) -> None:
        with log_in(postgres, database) as app:
            before = postgres.stored_bytes(database)
            name = f"pgsql_tmp{app.info.backend_pid}.0.fileset"
            folder = services_home.data / "base" / "pgsql_tmp" / name
            folder.mkdir(parents=True)
            try:
                (folder / "i1of8.p0.0").write_bytes(b"x" * MIB)
                grown = postgres.stored_bytes(database) - before
            finally:
                shutil.rmtree(folder)

        assert grown >= MIB


class TestTransactions:
    def test_none_outlives_its_session(
        self, postgres: Postgres, database: services.Database
    ) -> None:
        with log_in(postgres, database) as app:
            app.execute("BEGIN; CREATE TABLE t (n int)")
            with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
                app.execute("PREPARE TRANSACTION 'later'")


class TestLargeObjects:
    def test_they_are_stored_in_the_database(
        self, postgres: Postgres, database: services.Database
    ) -> None:
        before = postgres.stored_bytes(database)
        with log_in(postgres, database) as app:
            app.execute(f"SELECT lo_from_bytea(0, convert_to(({RANDOM_TEXT}), 'UTF8'))")

        assert postgres.stored_bytes(database) > before + 2 * MIB


class TestOtherDatabases:
    def test_those_that_a_suite_has_made_go_with_its_own(
        self, postgres: Postgres, database: services.Database
    ) -> None:
        before = databases(postgres) - {database.name}
        postgres.allow_creating_databases(database.role)
        with log_in(postgres, database) as suite:
            suite.execute('CREATE DATABASE "Мои тесты"')
            suite.execute('ALTER DATABASE "Мои тесты" IS_TEMPLATE true')
            suite.execute(f"ALTER DATABASE {database.name} IS_TEMPLATE true")

        postgres.drop_database(database)

        assert databases(postgres) == before

    def test_those_of_a_killed_run_are_swept_with_its_logins(self, postgres: Postgres) -> None:
        name, role = run_in_subprocess(
            "from checks import services; p = services.ensure().postgres; d = p.create_database();"
            "p.allow_creating_databases(d.role);"
            "p.admin.run(f'CREATE DATABASE other_of_a_suite OWNER {d.role}');"
            "print(d.name, d.role)"
        ).split()

        postgres.sweep()

        assert databases(postgres).isdisjoint({name, "other_of_a_suite"})
        assert postgres.admin.run(f"SELECT 1 FROM pg_roles WHERE rolname LIKE '{role}%'") == []

    def test_a_login_without_a_database_is_swept(self, postgres: Postgres) -> None:
        role = run_in_subprocess(
            "from checks import services; p = services.ensure().postgres; d = p.create_database();"
            "p.admin.run(f'DROP DATABASE {d.name}'); print(d.role)"
        )

        postgres.sweep()

        assert postgres.admin.run(f"SELECT 1 FROM pg_roles WHERE rolname LIKE '{role}%'") == []
