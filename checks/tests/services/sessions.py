"""Logins, templates and other processes for the tests of the services."""

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


def run_in_subprocess(source: str) -> str:
    """The output of another Python process, which ends before this returns."""
    result = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def databases(postgres: Postgres) -> set[str]:
    return {name for (name,) in postgres.admin.run("SELECT datname FROM pg_database")}


def fill_tables(postgres: Postgres, calls: list[str]) -> Callable[[services.Database], None]:
    """A function that fills a template with two tables and appends its call to `calls`."""

    def fill(database: services.Database) -> None:
        calls.append(database.name)
        with log_in(postgres, database) as connection:
            connection.execute(TABLES)

    return fill
