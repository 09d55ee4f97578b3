"""Databases for runs: made from a template in milliseconds, each with a role of its own.

A learner's code owns its database, so it may hide a trigger or a function in it. Nobody but its
own roles therefore runs SQL there: as superuser, such a trigger could start programs outside the
sandbox (`COPY … TO PROGRAM`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg.rows import TupleRow

from checks.errors import CourseError
from checks.services import external, templates
from checks.services.admin import Session, connect
from checks.services.commands import empty, roles_of
from checks.services.home import Home, State
from checks.services.names import Database, is_leftover, new_database
from checks.services.statements import StatementLog

IN_DATABASES = """
SELECT coalesce(sum(pg_database_size(oid)), 0)::bigint FROM pg_database
WHERE datname = %(name)s OR pg_get_userbyid(datdba) = %(role)s
"""
# A sort's file is called after the process that sorts.
PUT_ASIDE = r"""
SELECT coalesce(sum(size), 0)::bigint FROM pg_ls_tmpdir() JOIN pg_stat_activity
ON name LIKE 'pgsql\_tmp' || pid || '.%%' WHERE usename = %(role)s
"""
# One for each server and process, so that asking twice opens no second session.
KNOWN: dict[str, "Postgres"] = {}


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server; `sockets` and `log` are None where DATABASE_URL names another's."""

    admin: Session
    sockets: Path | None = None
    log: Path | None = None
    _checkers: dict[str, Session] = field(default_factory=dict, repr=False)
    _words: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def external(self) -> bool:
        """Whether somebody else runs the server: its log cannot be read then."""
        return self.log is None

    def admin_dsn(self, database: str = "postgres") -> str:
        """The administrator's conninfo for libpq. Never for SQL inside a learner's database."""
        return external.with_database(self.admin.url, database)

    def url(self, database: Database, sockets: Path | str | None = None) -> str:
        """The application's SQLAlchemy URL; `sockets` is where it finds the socket's directory."""
        url = self._login(database, database.role, database.password)
        if sockets is not None:
            url = f"{url.partition('?')[0]}?host={sockets}"
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    def dsn(self, database: Database) -> str:
        """The checker's conninfo for libpq: may do what the application may, and acts as it."""
        return self._login(database, database.checker, database.checker_password)

    def connect(
        self, database: Database, *, autocommit: bool = True
    ) -> "psycopg.Connection[TupleRow]":
        """An open connection as the database's checker; the caller closes it."""
        return connect(self.dsn(database), autocommit=autocommit)

    def create_database(self, template: str | None = None) -> Database:
        """A fresh database, empty or cloned from the template, and its roles.

        Raises:
            CourseError: the server of DATABASE_URL does not allow it.
        """
        database = new_database(self._shared_login())
        try:
            self._create(database, template)
        except psycopg.errors.InsufficientPrivilege as error:
            raise CourseError(
                "The server of DATABASE_URL does not let us make databases: "
                "grant its role CREATEDB, or unset DATABASE_URL."
            ) from error
        return database

    def create_named(self, database: Database) -> None:
        """An empty database under a name that carries no pid: nobody sweeps it."""
        self._create(database, None)

    def drop_database(self, database: Database) -> None:
        """Remove the database and its roles, whoever is connected; nothing happens twice."""
        self.forget(database)
        self._words.pop(database.name, None)
        self.drop_named(database.name, (database.checker, database.role))

    def drop_named(self, name: str, roles: tuple[str, ...]) -> None:
        """Remove a database by name, and those of the roles that were made for one."""
        self.admin.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        for role in roles:
            if role.startswith("eventure_"):
                self.admin.run(f"DROP ROLE IF EXISTS {role}")

    def empty(self, database: Database) -> None:
        """Delete every row of `public` but Alembic's version; numbering starts again at 1.

        Raises:
            psycopg.Error, CourseError: the application has seen to it that nobody can.
        """
        checker = self._checkers.setdefault(database.name, Session(self.dsn(database)))
        try:
            empty(checker, self.admin)
        finally:
            if checker.ended:
                self.forget(database)
        self.ensure_ours(database)

    def ensure_ours(self, database: Database) -> None:
        """Whatever a trigger does in a session of the checker's, the checker's login is its own.

        Raises:
            CourseError: it is not: whoever has it hides from the log what it asks.
        """
        word = self._words.get(database.name)
        if word is not None and word != self._word(database):
            raise CourseError("the app has changed the login of the checker")

    def _word(self, database: Database) -> str:
        query = "SELECT rolpassword FROM pg_authid WHERE rolname = %(checker)s"
        return str(self.admin.run(query, {"checker": database.checker}))

    def forget(self, database: Database) -> None:
        """End the session that `empty` keeps in a database."""
        if (checker := self._checkers.pop(database.name, None)) is not None:
            checker.close()

    def stored(self, database: Database) -> int:
        """The bytes on disk of the database, and of all others that its role has made.

        Where the server is ours, also what its statements have put aside.
        """
        asked = (IN_DATABASES,) if self.external else (IN_DATABASES, PUT_ASIDE)
        here = {"role": database.role, "name": database.name}
        return sum(self.admin.run(each, here)[0][0] for each in asked)

    def backends(self, database: Database) -> list[int]:
        """The processes that serve the application; none where the server may be elsewhere."""
        if self.external:
            return []
        rows = self.admin.run(
            "SELECT pid FROM pg_stat_activity WHERE usename = %(role)s", {"role": database.role}
        )
        return [pid for (pid,) in rows]

    def pulse(self) -> str:
        """Names this very server: another one, or this after a crash, has another pulse.

        Raises:
            psycopg.Error, CourseError: it does not answer.
        """
        began = "SELECT backend_start FROM pg_stat_activity WHERE backend_type = 'checkpointer'"
        return str(self.admin.run(f"SELECT pg_postmaster_start_time(), ({began})"))

    def template(self, key: str, fill: Callable[[Database], None]) -> str:
        """The name of the template for the key; `fill` makes its content, once for everybody."""
        return templates.find_or_make(self, key, fill)

    def statements(self, database: Database) -> StatementLog:
        """What the application asks this database, as the server saw it."""
        return StatementLog(self.admin, self.log, database, partial(self.ensure_ours, database))

    def sweep(self) -> list[str]:
        """Drop the databases that dead processes of this machine left, and name them."""
        rows = self.admin.run(r"SELECT datname FROM pg_database WHERE datname LIKE 'eventure\_%'")
        leftovers = [name for (name,) in rows if is_leftover(name)]
        for name in leftovers:
            try:
                self.drop_named(name, (f"{name}_c", name))
            except psycopg.Error:
                # Two processes sweep at once: the other one has it.
                continue
        return leftovers

    def connected(self) -> bool:
        """Whether anybody but the asker is connected."""
        rows = self.admin.run(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        )
        return bool(rows[0][0] > 1)

    def close_doors(self) -> None:
        """Keep the applications' roles out of the databases that are not theirs."""
        for name in ("postgres", "template1"):
            self.admin.run(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")

    def _create(self, database: Database, template: str | None) -> None:
        if database.role != database.checker:
            self.admin.run(roles_of(database))
            self._words[database.name] = self._word(database)
        source = f"TEMPLATE {template}" if template else ""
        self.admin.run(f"CREATE DATABASE {database.name} OWNER {database.role} {source}")
        self.admin.run(f"REVOKE ALL ON DATABASE {database.name} FROM PUBLIC")
        if not self.external:
            self.admin.run(f"ALTER DATABASE {database.name} SET log_statement = 'all'")
        if template:
            templates.hand_over(self, template, database)

    def _shared_login(self) -> tuple[str, str] | None:
        """DATABASE_URL's own login where it may not make roles: then there is just this one."""
        if not self.external:
            return None
        rows = self.admin.run("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if rows[0][0]:
            return None
        parts = urlsplit(self.admin.url)
        return unquote(parts.username or ""), unquote(parts.password or "")

    def _login(self, database: Database, role: str, password: str) -> str:
        url = external.with_database(self.admin.url, database.name)
        shared = database.role == database.checker
        return url if shared else external.with_login(url, role, password)


def local_postgres(home: Home, state: State) -> Postgres:
    """The server that the keeper runs."""
    password = home.password_file.read_text()
    url = f"postgresql://postgres:{password}@/postgres?host={state.postgres}"
    made = Postgres(Session(url), Path(state.postgres), home.log)
    return KNOWN.setdefault(f"ours {url}", made)


def external_postgres(url: str) -> Postgres:
    """The server that DATABASE_URL names.

    Raises:
        CourseError: it is no PostgreSQL, or does not let us in.
    """
    url = external.libpq_url(url)
    postgres = KNOWN.get(url) or Postgres(Session(url))
    postgres.admin.run("SELECT 1")
    return KNOWN.setdefault(url, postgres)
