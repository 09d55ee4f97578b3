"""Databases for runs: cloned from a template in milliseconds, each with a role of its own.

A learner's code owns its database, so it may hide a trigger or a function in it. Nobody but its
own roles therefore runs SQL there: as superuser, such a trigger could start programs outside the
sandbox (`COPY … TO PROGRAM`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psycopg
from psycopg.rows import TupleRow

from checks.errors import CourseError, TamperedLogin
from checks.services import activity, external, leftovers, maintenance_database, templates
from checks.services.admin import Session, connect
from checks.services.names import Database, new_database
from checks.services.sql import create_roles_sql, empty
from checks.services.statements import StatementLog


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server; `sockets` and `log` are None for the server of DATABASE_URL."""

    admin: Session
    sockets: Path | None = None
    log: Path | None = None
    _checkers: dict[str, Session] = field(default_factory=dict, repr=False)
    _login_hashes: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def external(self) -> bool:
        """Whether the server is that of DATABASE_URL: its log cannot be read."""
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
        database = new_database(external.shared_login(self.admin) if self.external else None)
        try:
            self._create(database, template)
        except psycopg.errors.InsufficientPrivilege as error:
            raise CourseError(
                "The server of DATABASE_URL does not let us make databases: "
                "grant its role CREATEDB, or unset DATABASE_URL."
            ) from error
        return database

    def create_named(self, database: Database) -> None:
        """An empty database whose name carries no pid: `sweep` leaves it."""
        self._create(database, None)

    def drop_database(self, database: Database) -> None:
        """Drop the database and its roles, whoever is connected. May be called twice."""
        self.close_session(database)
        self._login_hashes.pop(database.name, None)
        self.drop_named(database.name, (database.checker, database.role))

    def drop_named(self, name: str, roles: tuple[str, ...]) -> None:
        """Drop a database by name, those of the roles that were created for one, and theirs."""
        leftovers.drop_named(self.admin, name, roles)

    def empty(self, database: Database) -> None:
        """Delete every row of `public` but Alembic's version; numbering starts again at 1.

        Raises:
            psycopg.Error, CourseError: the application prevents it.
        """
        checker = self._checkers.setdefault(database.name, Session(self.dsn(database)))
        try:
            empty(checker, self.admin)
        finally:
            if checker.terminated:
                self.close_session(database)
        self.verify_checker_login(database)

    def verify_checker_login(self, database: Database) -> None:
        """Check that no trigger in a session of the checker's has changed the checker's login.

        Raises:
            TamperedLogin: it has; with that login the app hides its statements from the log.
        """
        login_hash = self._login_hashes.get(database.name)
        if login_hash is not None and login_hash != self._login_hash(database):
            raise TamperedLogin("the app has changed the login of the checker")

    def access_barrier(self, database: Database) -> str:
        """How the application keeps the checker out of its database; "" where it does not.

        Raises:
            psycopg.Error, CourseError: the administrator is kept out too.
        """
        try:
            self.verify_checker_login(database)
        except CourseError:
            return "it has changed the login of the checker"
        return activity.access_barrier(self.admin, database)

    def _login_hash(self, database: Database) -> str:
        query = "SELECT rolpassword FROM pg_authid WHERE rolname = %(checker)s"
        return str(self.admin.run(query, {"checker": database.checker}))

    def close_session(self, database: Database) -> None:
        """End the session that `empty` keeps in a database."""
        if (checker := self._checkers.pop(database.name, None)) is not None:
            checker.close()

    def stored_bytes(self, database: Database) -> int:
        """The bytes on disk of the database, and of all others that its role has created.

        On the checker's own server also the temporary files of its statements.
        """
        return activity.stored_bytes(self.admin, database, temporary=not self.external)

    def backends(self, database: Database) -> list[int]:
        """The processes that serve the application; none where the server may be elsewhere."""
        return [] if self.external else activity.backends(self.admin, database)

    def instance_id(self) -> str:
        """Identifies this very server process: it differs after a restart or a crash.

        It is asked in a new session: an open one may outlive its server for a moment. A server
        elsewhere has no slot reserved for that.

        Raises:
            psycopg.Error, CourseError: the server does not answer.
        """
        if not self.external:
            self.admin.close()
        return activity.instance_id(self.admin)

    def template(self, key: str, fill: Callable[[Database], None]) -> str:
        """The name of the template for the key; `fill` creates its content once."""
        return templates.find_or_create(self, key, fill)

    def statements(self, database: Database) -> StatementLog:
        """The application's statements on this database, from the server's log."""
        return StatementLog(
            self.admin, self.log, database, partial(self.verify_checker_login, database)
        )

    def sweep(self) -> list[str]:
        """Drop the databases that dead processes of this machine left; their names."""
        return leftovers.sweep(self.admin)

    def shared_bytes(self) -> int:
        """The bytes of the files that belong to no database; 0 for an external server."""
        return 0 if self.external else activity.shared_bytes(self.admin)

    def shrink_shared_files(self) -> None:
        """Make the files that belong to no database as small as they were before a run."""
        if not self.external:
            leftovers.shrink_shared_files(self.admin)

    def has_clients(self) -> bool:
        """Whether anybody but the administrator is connected."""
        return activity.has_clients(self.admin)

    def allow_creating_databases(self, role: str) -> None:
        """Let a role create databases; on a local server from a session in `postgres`, too."""
        self.admin.run(f"ALTER ROLE {role} CREATEDB")
        if not self.external:
            maintenance_database.let_in(self.admin, role)

    def _create(self, database: Database, template: str | None) -> None:
        if database.role != database.checker:
            self.admin.run(create_roles_sql(database))
            self._login_hashes[database.name] = self._login_hash(database)
        source = f"TEMPLATE {template}" if template else ""
        self.admin.run(f"CREATE DATABASE {database.name} OWNER {database.role} {source}")
        self.admin.run(f"REVOKE ALL ON DATABASE {database.name} FROM PUBLIC")
        if not self.external:
            self.admin.run(f"ALTER DATABASE {database.name} SET log_statement = 'all'")
        if template:
            templates.reassign_owner(self, template, database)

    def _login(self, database: Database, role: str, password: str) -> str:
        url = external.with_database(self.admin.url, database.name)
        shared = database.role == database.checker
        return url if shared else external.with_login(url, role, password)
