"""Databases for runs: a fresh role for each, cloned from a migrated template."""

import contextlib
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from checks.errors import CourseError
from checks.services import cluster
from checks.services.home import locked
from checks.services.statements import StatementLog

TEMPLATE_OWNER = "eventure_templates"
TEMPLATES_KEPT = 20
OURS = re.compile(r"eventure_(?P<pid>\d+)_[0-9a-f]+")
EMPTY = """
DO $$ DECLARE names text; BEGIN
  SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') INTO names FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version';
  IF names IS NOT NULL THEN
    EXECUTE 'TRUNCATE ' || names || ' RESTART IDENTITY CASCADE';
  END IF;
END $$
"""
END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in trans%'
"""


@dataclass(frozen=True)
class Database:
    """A database and the role that owns it; the role is no superuser and sees no other one."""

    name: str
    role: str
    password: str


@dataclass
class Postgres:
    """The server that exercises run on: the wheel's, or the one that DATABASE_URL names."""

    sockets: Path | None
    external_url: str = ""
    _open: dict[str, psycopg.Connection[Any]] = field(default_factory=dict)

    @property
    def external(self) -> bool:
        return bool(self.external_url)

    def admin_dsn(self, database: str = "postgres") -> str:
        """The checker's own way in."""
        if not self.external:
            return cluster.dsn(database)
        parts = urlsplit(self.external_url)
        return parts._replace(scheme="postgresql", path=f"/{database}").geturl()

    def url(self, made: Database, sockets: str | None = None) -> str:
        """What the app is given as DATABASE_URL."""
        who = f"{made.role}:{quote(made.password)}"
        if self.external:
            parts = urlsplit(self.external_url)
            where = parts.netloc.rsplit("@", 1)[-1]
            return f"postgresql+psycopg://{who}@{where}/{made.name}"
        return f"postgresql+psycopg://{who}@/{made.name}?host={sockets or self.sockets}"

    def create_database(self, template: str | None = None) -> Database:
        """A new database with a new role, empty or cloned. Raises CourseError if not allowed."""
        name = f"eventure_{os.getpid()}_{secrets.token_hex(4)}"
        made = Database(name, name, secrets.token_urlsafe(18))
        self._do("CREATE ROLE {} LOGIN PASSWORD {}", made.role, sql.Literal(made.password))
        self._do("GRANT {} TO CURRENT_USER", made.role)
        self._do(f"CREATE DATABASE {{}} OWNER {{}}{' TEMPLATE {}' if template else ''}",
                 made.name, made.role, *([template] if template else []))  # fmt: skip
        self._do("REVOKE ALL ON DATABASE {} FROM PUBLIC", made.name)
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
            self._do("ALTER DATABASE {} SET log_statement = 'all'", made.name)
        if template:
            self._do("REASSIGN OWNED BY {} TO {}", TEMPLATE_OWNER, made.role, database=made.name)
        return made

    def drop_database(self, made: Database) -> None:
        """Drop it and its role, whoever is connected; what is gone already is no error."""
        self._close(made.name)
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", made.name)
        self._do("DROP ROLE IF EXISTS {}", made.role)

    def empty(self, name: str) -> None:
        """Truncate every table but alembic_version and restart the sequences.

        A session that the app left open in a transaction would block this; it is ended.
        """
        connection = self._connection(name)
        connection.execute("SET lock_timeout = '1s'")
        try:
            connection.execute(EMPTY)
        except psycopg.errors.LockNotAvailable:
            connection.execute(END_OTHERS)
            connection.execute(EMPTY)

    def template(self, key: str, fill: Callable[[Database], None]) -> str:
        """The template of this key; the first who asks has it filled, the others wait."""
        name = f"eventure_t_{key}"
        with locked("templates.lock"):
            if not self._has_database(name):
                self._fill(name, fill)
                self._prune()
        return name

    def statements(self, made: Database) -> StatementLog:
        """What this database's role sends; empty for an external server."""
        return StatementLog(made.role, self._connection(made.name), external=self.external)

    def drop_leftovers(self) -> None:
        """Drop the databases and roles of runs whose process is gone."""
        rows = self._connection("postgres").execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'eventure\\_%'"
        )
        for (name,) in rows.fetchall():
            match = OURS.fullmatch(name)
            if match and not _lives(int(match["pid"])):
                with contextlib.suppress(psycopg.Error):
                    self.drop_database(Database(name, name, ""))

    def _fill(self, name: str, fill: Callable[[Database], None]) -> None:
        if not self._value("SELECT 1 FROM pg_roles WHERE rolname = %s", TEMPLATE_OWNER):
            self._do("CREATE ROLE {}", TEMPLATE_OWNER)
            self._do("GRANT {} TO CURRENT_USER", TEMPLATE_OWNER)
        made = self.create_database()
        try:
            fill(made)
            self._do("REASSIGN OWNED BY {} TO {}", made.role, TEMPLATE_OWNER, database=made.name)
            # REASSIGN OWNED takes whole databases along too: the template must not be among them
            self._do("ALTER DATABASE {} OWNER TO CURRENT_USER", made.name)
            self._close(made.name)
            self._do("ALTER DATABASE {} RENAME TO {}", made.name, name)
        finally:
            self.drop_database(made)

    def _prune(self) -> None:
        rows = self._connection("postgres").execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'eventure\\_t\\_%%'"
            " ORDER BY oid DESC OFFSET %s",
            (TEMPLATES_KEPT,),
        )
        for (name,) in rows.fetchall():
            with contextlib.suppress(psycopg.Error):
                self._do("DROP DATABASE {}", name)

    def _has_database(self, name: str) -> bool:
        return bool(self._value("SELECT 1 FROM pg_database WHERE datname = %s", name))

    def _value(self, query: LiteralString, *values: object) -> object:
        row = self._connection("postgres").execute(query, values).fetchone()
        return row[0] if row else None

    def _do(
        self, text: LiteralString, *names: str | sql.Literal, database: str = "postgres"
    ) -> None:
        parts = [n if isinstance(n, sql.Literal) else sql.Identifier(n) for n in names]
        query = sql.SQL(text).format(*parts)
        try:
            self._connection(database).execute(query)
        except psycopg.errors.InsufficientPrivilege as error:
            raise CourseError(
                "DATABASE_URL's user may not do what the exercises need"
                f" ({error.diag.message_primary}); give one that may create databases and roles,"
                " or unset DATABASE_URL"
            ) from None

    def _connection(self, database: str) -> psycopg.Connection[Any]:
        known = self._open.get(database)
        if known is None or known.closed:
            known = psycopg.connect(self.admin_dsn(database), autocommit=True)
            self._open[database] = known
        return known

    def _close(self, database: str) -> None:
        known = self._open.pop(database, None)
        if known is not None:
            known.close()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
