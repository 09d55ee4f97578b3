"""One learner's tree, set up to be tested: services, a database, a running app."""

import secrets
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path

import psycopg

from checks.errors import CourseError
from checks.harness.app import double_sockets, tmpfs
from checks.harness.app.api import Api
from checks.harness.app.app_processes import AppProcesses
from checks.harness.app.app_settings import app_settings
from checks.harness.app.border import Border
from checks.harness.app.commands import Commands
from checks.harness.app.database_client import DatabaseClient
from checks.harness.app.imported_packages import imported_packages
from checks.harness.app.leased_services import LeasedServices
from checks.harness.app.process import AppProcess, last_error
from checks.harness.app.sandbox_zygote import SandboxZygote
from checks.harness.app.schema_hash import schema_key
from checks.harness.app.seeded_database import SeededDatabase
from checks.harness.app.service_health import is_lost_session
from checks.harness.app.session_cache import SessionCache
from checks.harness.app.shared_rows import SharedRows
from checks.harness.errors import AppDown, HarnessError, ServicesDown
from checks.harness.external_server.server import ExternalServer
from checks.sandbox import memory_cgroup
from checks.sandbox.privileges import has_root
from checks.sandbox.stale_folders import sweep_once
from checks.sandbox.tree_removal import remove_tree
from checks.services import Database, StatementLog
from checks.services.temporary_folders import SHORT_PATHS, make_folder, release


class AppEnvironment:
    """Everything that one day's tests on one tree share. `close` leaves nothing behind.

    With `external` the app is a server that a person started; commands and further processes run
    on the tree, and share that server's database, Redis and key.
    """

    def __init__(
        self, tree: Path, *, contained: bool, external: ExternalServer | None = None
    ) -> None:
        self.tree = tree
        self.contained = contained
        self.external = external
        sweep_once()
        self.scratch = _make_scratch(contained=contained)
        self.sockets = double_sockets.make_socket_folder()
        self._memory = memory_cgroup.create() if contained else None
        self._leased = LeasedServices(external, contained=contained)
        self.services = self._leased.services
        self.redis_number = self._leased.redis_number
        self.broker_number = self._leased.broker_number
        self.outage = self._leased.outage
        self.cached, self.shared_rows = SessionCache(), SharedRows()
        self._database: Database | None = external.database if external else None
        self._database_client: DatabaseClient | None = None
        self._statement_log: StatementLog | None = None
        self._zygote = SandboxZygote(partial(imported_packages, tree))
        self._processes = AppProcesses(self.border)
        self._reset_failure: HarnessError | None = None
        self.secret = (external and external.secret) or secrets.token_hex(32)

    @property
    def database(self) -> Database:
        """The session's database, migrated by the learner's own migrations."""
        if self._database is None:
            self._database = self.create_database()
        return self._database

    def create_database(self) -> Database:
        """A further database, migrated and empty; the caller drops it."""
        postgres = self.services.postgres
        template = postgres.template(schema_key(self.tree, contained=self.contained), self._migrate)
        return postgres.create_database(template)

    def _migrate(self, database: Database) -> None:
        try:
            done = Commands(self.border(database)).run("alembic", "upgrade", "head", timeout=60)
        except HarnessError as error:
            self._processes.start_failure = error
            raise
        if done.returncode != 0:
            self._processes.start_failure = AppDown("`alembic upgrade head` failed")
            raise AppDown(f"`alembic upgrade head` failed: {last_error(done.stderr)}")

    @property
    def database_client(self) -> DatabaseClient:
        """The tests' own connection to the session's database, kept for the session."""
        if self._database_client is None:
            dsn = self.services.postgres.dsn(self.database)
            self._database_client = DatabaseClient(dsn, limited=self.external is None)
        return self._database_client

    def statement_log(self) -> StatementLog:
        """The server's log of statements on the session's database."""
        if self._statement_log is None:
            self._statement_log = self.services.postgres.statements(self.database)
        return self._statement_log

    def border(self, database: Database | None = None) -> Border:
        """The border of this tree, with the environment of its app."""
        postgres, database = self.services.postgres, database or self.database
        return Border(
            tree=self.tree,
            scratch=self.scratch,
            sockets=(*self.services.sockets, self.sockets),
            contained=self.contained,
            environment=self.settings(database),
            stored_bytes=partial(postgres.stored_bytes, database),
            shared_growth=self._leased.shared_growth,
            backends=partial(postgres.backends, database),
            zygote=self._zygote,
            memory=self._memory,
        )

    def settings(self, database: Database) -> dict[str, str]:
        """The environment variables of an app that uses this database."""
        return app_settings(self._leased, database, self.secret)

    @property
    def app(self) -> AppProcess:
        """The running app, started if need be. Raises HarnessError when it cannot run."""
        return self._processes.app()

    @property
    def started_app(self) -> AppProcess | None:
        """The app's process if it has been started."""
        return self._processes.started_app

    def extra_process(self, extra: Mapping[str, str]) -> AbstractContextManager[AppProcess]:
        """A further process of the same app, with extra environment, until the block ends."""
        return self._processes.further(extra)

    def seeded(self, rows: tuple[str, ...]) -> SeededDatabase:
        """A database with these rows and the app on it: one for all tests that want the same."""
        return self.cached(("seeded", rows), lambda: self._create_seeded(rows))

    def _create_seeded(self, rows: tuple[str, ...]) -> SeededDatabase:
        database = self.create_database()
        return SeededDatabase(self.services.postgres, database, self.border(database), rows)

    def reset(self) -> None:
        """Empty every table and the Redis database.

        Raises HarnessError when the app has made its database such that nobody can; an error of
        a lost session as it is.
        """
        if self._reset_failure is not None:
            raise self._reset_failure
        try:
            self.services.postgres.empty(self.database)
        except (psycopg.Error, CourseError) as error:
            if is_lost_session(error):
                raise
            reason = " ".join(str(error).split())
            question = "does the app change rights or settings of its database?"
            message = f"the tables cannot be emptied for the next test: {reason}; {question}"
            if isinstance(error, psycopg.errors.AdminShutdown):  # it took long, and would again
                self._reset_failure = HarnessError(message)
            raise HarnessError(message) from None
        self.shared_rows = SharedRows()
        self._leased.flush_redis()

    def renew_redis(self) -> None:
        """Leave nothing of earlier processes in the app's Redis."""
        self._leased.renew_redis()

    def lost_session(self, error: BaseException) -> HarnessError:
        """A lost session as an error that says whose fault it is: the app may lock the tests out.

        Raises psycopg.Error, CourseError where the administrator is kept out too.
        """
        database = self._database
        if database and (barrier := self.services.postgres.access_barrier(database)):
            return HarnessError(f"the app keeps the tests out of its database: {barrier}")
        reason = " ".join(str(error).split())
        return ServicesDown(f"a session of the tests was lost, which tells nothing: {reason}")

    def commands(self) -> Commands:
        """Commands and probes in the tree, on the session's database."""
        return Commands(self.border())

    def api(self) -> Api:
        """A client of the app under test: of the external server, or of our own process."""
        return Api(None, self.external.url) if self.external else Api(self.app)

    def close(self) -> None:
        """Stop the app, drop our database, delete the scratch folder and the sockets' folder.

        Each of these is done even if another fails.
        """
        with ExitStack() as steps:
            for folder in (self.sockets, self.scratch):
                steps.callback(release, folder)
            steps.callback(remove_tree, self.sockets)
            steps.callback(tmpfs.remove, self.scratch)
            steps.callback(self._leased.close)
            if self._memory is not None:
                steps.callback(self._memory.remove)
            if self._database is not None:
                if self.external is None:  # an external server keeps its database
                    steps.callback(self.services.postgres.drop_database, self._database)
                steps.callback(self.services.postgres.close_session, self._database)
            if self._database_client is not None:
                steps.callback(self._database_client.close)
            steps.callback(self._zygote.close)
            steps.callback(self._processes.close)
            steps.callback(self.cached.close)


def _make_scratch(*, contained: bool) -> Path:
    """A new folder that the app may write to: contained, another user, and in a tmpfs."""
    folder = make_folder("scratch", SHORT_PATHS)
    mode = 0o777 if has_root() else 0o700
    if contained:
        tmpfs.mount(folder, mode)
    else:
        folder.chmod(mode)
    return folder
