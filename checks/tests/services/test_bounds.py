"""What an application's statements may take up, and that the server outlives who wants more."""

import time
from contextlib import ExitStack

import psycopg
import pytest

from checks import services
from checks.services.postgres import Postgres
from checks.services.sql import CONNECTIONS_PER_ROLE
from checks.tests.services.sessions import log_in

ROWS = "SELECT g, repeat('x', 100) AS text FROM generate_series(1, 100000) g ORDER BY text, g"


def test_a_statement_that_asks_for_too_much_memory_is_refused(
    postgres: Postgres, database: services.Database
) -> None:
    before = postgres.instance_id()

    with log_in(postgres, database) as connection, pytest.raises(psycopg.errors.OutOfMemory):
        connection.execute("SELECT array_agg(repeat('x', 1000000)) FROM generate_series(1, 2000)")

    assert postgres.instance_id() == before


def test_a_servers_identity_is_asked_in_a_new_session(postgres: Postgres) -> None:
    """A session that is open answers for a moment also when its server has died."""
    before = postgres.admin.pid

    postgres.instance_id()

    assert postgres.admin.pid != before


def test_what_a_sort_puts_aside_is_stored(postgres: Postgres, database: services.Database) -> None:
    before = postgres.stored_bytes(database)

    with log_in(postgres, database) as connection:
        connection.execute("BEGIN; SET work_mem = '64kB'")
        connection.execute(f"DECLARE rows CURSOR FOR {ROWS}")
        connection.execute("FETCH 1 FROM rows")

        assert postgres.stored_bytes(database) > before + 10_000_000


def test_the_processes_of_an_application_are_known(
    postgres: Postgres, database: services.Database
) -> None:
    with log_in(postgres, database) as connection, postgres.connect(database):
        assert postgres.backends(database) == [connection.info.backend_pid]


def test_a_statement_ends_with_whoever_wanted_it(
    postgres: Postgres, database: services.Database
) -> None:
    connection = log_in(postgres, database)
    connection.pgconn.send_query(b"SELECT pg_sleep(3600)")
    connection.close()

    deadline = time.monotonic() + 20
    while postgres.backends(database) and time.monotonic() < deadline:
        pass

    assert postgres.backends(database) == []


def test_runs_that_take_every_connection_of_theirs_stop_no_other(
    postgres: Postgres, database: services.Database
) -> None:
    others = [postgres.create_database() for _ in range(4)]

    with ExitStack() as steps:
        for other in others:
            steps.callback(postgres.drop_database, other)
            for _ in range(CONNECTIONS_PER_ROLE):
                steps.enter_context(log_in(postgres, other))
            with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
                log_in(postgres, other)

        with log_in(postgres, database) as app, postgres.connect(database) as checker:
            assert app.execute("SELECT 1").fetchone() == checker.execute("SELECT 1").fetchone()
