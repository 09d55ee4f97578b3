"""The lab of a notebook: finished days on a PostgreSQL database and a Redis of its own."""

import atexit
import importlib
import os
import re
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from checks import services
from checks.course.course import find_root, load_course
from checks.errors import CourseError
from checks.results.statement_text import fold_columns

if TYPE_CHECKING:
    from redis import Redis

SECRET = "only-for-the-notebooks-0123456789abcdef"
# Cheap hashes and no limit on logins: a notebook logs in often and measures something else.
SETTINGS = {"SECRET_KEY": SECRET, "BCRYPT_ROUNDS": "4", "RATE_LIMIT_ENABLED": "false"}
MODULES = ("main", "models", "crud", "schemas.event")


class Lab:
    """An empty database with the tables of `day`, and a Redis number; both end with Python.

    The servers are the workbook's own even where DATABASE_URL names another: only the log of its
    own server is readable.
    """

    def __init__(self, day: str) -> None:
        """Raises CourseError when there is no such day, or no server is available."""
        self.course = load_course(find_root(), tree="solutions")
        servers = services.ensure(variables={})
        self._postgres, self._redis = servers.postgres, servers.redis
        self._database = self._postgres.create_database()
        self._redis_number = self._redis.lease()
        atexit.register(self.close)
        os.environ |= {
            **SETTINGS,
            "DATABASE_URL": self._postgres.url(self._database),
            "REDIS_URL": self._redis.url(self._redis_number),
        }
        _migrate(self._tree(day))

    def load(self, day: str) -> ModuleType:
        """The day's package `app`, imported. Two days may be loaded: they share no module."""
        tree = str(self._tree(day))
        sys.path.insert(0, tree)
        try:
            package = importlib.import_module("app")
            for name in MODULES:
                importlib.import_module(f"app.{name}")
        finally:
            sys.path.remove(tree)
            for name in [name for name in sys.modules if re.match(r"app(\.|$)", name)]:
                del sys.modules[name]
        return package

    def sql(self) -> AbstractContextManager[list[str]]:
        """A list that holds, after its block, the statements in PostgreSQL's log."""
        return self._postgres.statements(self._database).captured()

    @property
    def redis(self) -> "Redis":
        """A client of the lab's own Redis database."""
        return self._redis.client(self._redis_number)

    def close(self) -> None:
        """Drop the database and release the Redis number. May be called twice."""
        atexit.unregister(self.close)
        self._postgres.drop_database(self._database)
        self._redis.release(self._redis_number)

    def _tree(self, day: str) -> Path:
        return self.course.root / "solutions" / self.course.day(day).folder


def brief(statement: str) -> str:
    """A statement on one line, without its parameters and with `…` for a long list of columns."""
    return fold_columns(statement.partition("  -- ")[0])


def _migrate(tree: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        reason = (result.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise CourseError(f"`alembic upgrade head` failed in {tree.name}: {reason}")
