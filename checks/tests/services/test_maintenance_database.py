"""The database `postgres`: a suite creates databases from it, and stores nothing in it."""

from collections.abc import Iterator

import psycopg
import pytest

from checks import services
from checks.services.postgres import Postgres

WAYS_TO_STORE = (
    "CREATE TABLE public.kept (id int)",
    "CREATE TEMPORARY TABLE kept (id int)",
    "CREATE SCHEMA kept",
    "SELECT lo_creat(-1)",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'kept')",
)
SESSIONS = "SELECT 1 FROM pg_stat_activity WHERE datname = 'postgres' AND usename = %(role)s"


@pytest.fixture
def postgres() -> Postgres:
    """The local server."""
    return services.ensure().postgres


@pytest.fixture
def suite(postgres: Postgres) -> Iterator[services.Database]:
    """A database whose role may create others."""
    database = postgres.create_database()
    postgres.allow_creating_databases(database.role)
    yield database
    postgres.drop_database(database)


def connect_to_maintenance(
    postgres: Postgres, database: services.Database
) -> "psycopg.Connection[tuple[object, ...]]":
    """A session of the application's role in `postgres`."""
    url = postgres.url(database).replace("+psycopg", "", 1)
    return psycopg.connect(url, dbname="postgres", autocommit=True)


def test_a_suite_copies_its_database_from_there(
    postgres: Postgres, suite: services.Database
) -> None:
    with connect_to_maintenance(postgres, suite) as session:
        session.execute(f"CREATE DATABASE copy_of_a_suite TEMPLATE {suite.name}")
        session.execute("DROP DATABASE copy_of_a_suite WITH (FORCE)")


@pytest.mark.parametrize("statement", WAYS_TO_STORE)
def test_nothing_can_be_stored_there(
    postgres: Postgres, suite: services.Database, statement: str
) -> None:
    with (
        connect_to_maintenance(postgres, suite) as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        session.execute(statement)


def test_an_app_s_role_has_no_session_there(postgres: Postgres) -> None:
    database = postgres.create_database()
    try:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            connect_to_maintenance(postgres, database)
    finally:
        postgres.drop_database(database)


def test_a_session_ends_with_the_suite_s_database(
    postgres: Postgres, suite: services.Database
) -> None:
    with connect_to_maintenance(postgres, suite) as session:
        postgres.drop_database(suite)

        with pytest.raises(psycopg.errors.AdminShutdown):
            session.execute("SELECT 1")
        assert postgres.admin.run(SESSIONS, {"role": suite.role}) == []
