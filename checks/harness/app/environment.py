"""One learner's tree, set up to be tested: services, a database, a running app."""

import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg
from redis import RedisError

from checks import services
from checks.errors import CourseError
from checks.harness.app import tmpfs
from checks.harness.app.api import Api
from checks.harness.app.border import Border
from checks.harness.app.database import Database
from checks.harness.app.learner_tree import Commands
from checks.harness.app.process import AppProcess, last_error, learner_frame
from checks.harness.app.schema_hash import schema_key
from checks.harness.app.seeded_database import SeededDatabase
from checks.harness.app.service_health import ServiceHealth
from checks.harness.app.session_cache import SessionCache
from checks.harness.app.shared_rows import Rows
from checks.harness.errors import AppDown, AppHangs, HarnessError, OutOfMemory, ServicesDown
from checks.harness.external_server.server import ExternalServer
from checks.services import Database as Made
from checks.services import Services, StatementLog
from checks.services.redis_own import OwnRedis, own_redis

SETTINGS = {
    "ENVIRONMENT": "test",
    "BCRYPT_ROUNDS": "4",
    "RATE_LIMIT_ENABLED": "false",
    "CACHE_ENABLED": "false",
    # A traceback on lines of its own: that is where the learner's frame is found.
    "LOG_FORMAT": "console",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
}


class AppEnvironment:
    """Everything that one day's tests on one tree share. `close` leaves nothing behind.

    With `outside` the app is a server that somebody else started; commands and further processes
    run on the tree, and share that server's database, Redis and key.
    """

    _unclean: HarnessError | None = None

    def __init__(
        self, tree: Path, *, contained: bool, external: ExternalServer | None = None
    ) -> None:
        self.tree = tree
        self.contained = contained
        self.external = external
        self.scratch = _scratch(contained=contained)
        self._own_redis: OwnRedis | None = None
        try:
            self.services = external.services if external else self._running()
        except CourseError as error:
            raise ServicesDown(str(error)) from None
        self.health = ServiceHealth(self.services)
        told = external.redis if external else None
        self.redis_number = self.services.redis.lease() if told is None else told
        self.broker_number = self.services.redis.lease()
        self.cached, self.rows = SessionCache(), Rows()
        self._made: Made | None = external.database if external else None
        self._database: Database | None = None
        self._statements: StatementLog | None = None
        self._app: AppProcess | None = None
        self._down: HarnessError | None = None
        self.secret = (external and external.secret) or secrets.token_hex(32)

    def _running(self) -> Services:
        running = services.ensure()
        self._own_redis = own_redis() if self.contained else None
        return replace(running, redis=self._own_redis.server) if self._own_redis else running

    @property
    def made(self) -> Made:
        """The session's database, migrated by the learner's own migrations."""
        if self._made is None:
            self._made = self.fresh()
        return self._made

    def fresh(self) -> Made:
        """A further database, migrated and empty; whoever asked drops it."""
        postgres = self.services.postgres
        template = postgres.template(schema_key(self.tree, contained=self.contained), self._migrate)
        return postgres.create_database(template)

    @property
    def database(self) -> Database:
        """The tests' own connection to it, kept for the session."""
        if self._database is None:
            self._database = Database(self.services.postgres.dsn(self.made))
        return self._database

    @property
    def started(self) -> AppProcess | None:
        """The app's process if it has been started."""
        return self._app

    def statement_log(self) -> StatementLog:
        """What the server saw of this session's database."""
        if self._statements is None:
            self._statements = self.services.postgres.statements(self.made)
        return self._statements

    def border(self, made: Made | None = None) -> Border:
        """The border of this tree, with the environment of its app."""
        return Border(
            tree=self.tree,
            scratch=self.scratch,
            sockets=self.services.sockets,
            contained=self.contained,
            environment=self.settings(made or self.made),
            stored=partial(self.services.postgres.stored, made or self.made),
            backends=partial(self.services.postgres.backends, made or self.made),
        )

    def settings(self, made: Made) -> dict[str, str]:
        """The settings that the app under test is given."""
        broker = celery_url(self.services.redis.url(self.broker_number))
        return {
            **SETTINGS,
            "SECRET_KEY": self.secret,
            "DATABASE_URL": self.services.postgres.url(made),
            "REDIS_URL": self.services.redis.url(self.redis_number),
            "CELERY_BROKER_URL": broker,
            "CELERY_RESULT_BACKEND": broker,
        }

    @property
    def app(self) -> AppProcess:
        """The running app. Raises HarnessError, once in full and then in short, if it cannot run.

        One that was ended since it used up too much is not started again.
        """
        if self._down is not None:
            raise type(self._down)("the app does not start; the first failure says why")
        if self._app is not None and (breach := self._app.breach()):
            raise breach
        if self._app is None or not self._app.alive:
            self._app = self._started("app", {})
        return self._app

    def _started(self, name: str, extra: Mapping[str, str]) -> AppProcess:
        process = AppProcess(self.border(), name, extra)
        try:
            process.start()
        except HarnessError as error:
            if not extra:
                self._down = error
            frame = learner_frame(process.log(), process.border)
            if not frame or isinstance(error, AppHangs):  # who hangs has told where
                raise
            raise type(error)(f"{error} ({frame})") from None
        return process

    @contextmanager
    def another(self, extra: Mapping[str, str]) -> Iterator[AppProcess]:
        """A further process of the same app, with extra environment, until the block ends."""
        process = self._started(f"app-{secrets.token_hex(4)}", {"EVENTURE_PROCESS": "2", **extra})
        try:
            yield process
        finally:
            process.stop()

    def seeded(self, rows: tuple[str, ...]) -> SeededDatabase:
        """A database with these rows and the app on it: one for all tests that want the same."""
        return self.cached(("filled", rows), lambda: self._seeded(rows))

    def _seeded(self, rows: tuple[str, ...]) -> SeededDatabase:
        made = self.fresh()
        return SeededDatabase(self.services.postgres, made, self.border(made), rows)

    def reset(self) -> None:
        """Empty every table and the Redis database.

        Raises HarnessError when the app has made its database such that nobody can.
        """
        if self._unclean is not None:
            raise self._unclean
        try:
            self.services.postgres.empty(self.made)
        except (psycopg.Error, CourseError) as error:
            said = " ".join(str(error).split())
            asked = "does the app change rights or settings of its database?"
            sentence = f"the tables cannot be emptied for the next test: {said}; {asked}"
            if isinstance(error, psycopg.errors.AdminShutdown):  # it took long, and would again
                self._unclean = HarnessError(sentence)
            raise HarnessError(sentence) from None
        self.rows = Rows()
        try:
            self.services.redis.client(self.redis_number).flushdb()
        except RedisError:  # a script of the last test keeps it busy
            self._free_redis()
            self.services.redis.client(self.redis_number).flushdb()

    def outage(self) -> HarnessError | None:
        """Why a test tells nothing, or whose fault it is that a service is gone.

        A Redis of this run's own that broke down was broken by the app; it is started anew.
        """
        dead = self.health.dead()
        if dead == "Redis" and self._own_redis is not None and self._own_redis.broke_down():
            self._free_redis()
            return OutOfMemory("what the app asked of Redis has ended it; it may hold 1 GiB")
        return ServicesDown(f"{dead} died during this test, which tells nothing") if dead else None

    def _free_redis(self) -> None:
        if self._own_redis is None:
            self.services.redis.free()
            return
        self._own_redis.restart()
        self.services.redis.forget_clients()
        self.health.renew("Redis")

    def commands(self) -> Commands:
        return Commands(self.border())

    def api(self) -> Api:
        """A client of the app under test, which is started when it is ours to start."""
        return Api(None, self.external.url) if self.external else Api(self.app)

    def close(self) -> None:
        """Stop the app, drop the database that we made, delete the scratch folder.

        Each of these is done even if another fails.
        """
        with ExitStack() as steps:
            steps.callback(tmpfs.remove, self.scratch)
            if self._own_redis is not None:
                steps.callback(self._own_redis.close)
            if self.external is None or self.external.redis is None:
                steps.callback(self.services.redis.release, self.redis_number)
            steps.callback(self.services.redis.release, self.broker_number)
            if self._made is not None:
                self._forget(steps, self._made)
            if self._database is not None:
                steps.callback(self._database.close)
            if self._app is not None:
                steps.callback(self._app.close)
            steps.callback(self.cached.close)

    def _forget(self, steps: ExitStack, made: Made) -> None:
        """A database of somebody's server is left as it is, but for what we know of it."""
        if self.external is None:
            steps.callback(self.services.postgres.drop_database, made)
        steps.callback(self.services.postgres.forget, made)

    def _migrate(self, made: Made) -> None:
        try:
            done = Commands(self.border(made)).run("alembic", "upgrade", "head", timeout=60)
        except HarnessError as error:
            self._down = error
            raise
        if done.returncode != 0:
            self._down = AppDown("`alembic upgrade head` failed")
            raise AppDown(f"`alembic upgrade head` failed: {last_error(done.stderr)}")


def _scratch(*, contained: bool) -> Path:
    """A new folder that the app may write to; contained, it is another user, and has its bound."""
    made = Path(tempfile.mkdtemp(prefix="eventure-", dir="/tmp"))
    mode = 0o777 if os.geteuid() == 0 else 0o700
    if contained:
        tmpfs.make(made, mode)
    else:
        made.chmod(mode)
    return made


def celery_url(redis_url: str) -> str:
    """The same database as Celery names it: it has a scheme of its own for a Unix socket."""
    return redis_url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
