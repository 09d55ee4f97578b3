"""Small things that the tests of the services do by hand."""

import subprocess
import sys
from collections.abc import Callable

import psycopg

from checks import services
from checks.services.postgres import Postgres

TABLES = """
CREATE TABLE people (id serial PRIMARY KEY, name text);
CREATE TABLE alembic_version (version_num text);
INSERT INTO alembic_version VALUES ('0001');
"""


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
