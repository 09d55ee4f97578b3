"""PostgreSQL and Redis for the exercises: started on demand, shared, stopped when idle."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from checks.services import cluster, keeper, redis
from checks.services.home import home, locked, prepare, sockets
from checks.services.postgres import Database, Postgres
from checks.services.redis import RedisServer
from checks.services.statements import Mark, StatementLog

__all__ = ["Database", "Mark", "Postgres", "RedisServer", "Services", "StatementLog"]


@dataclass(frozen=True)
class Services:
    """Both services, running."""

    postgres: Postgres
    redis: RedisServer

    @property
    def sockets(self) -> tuple[Path, ...]:
        """The folders of Unix sockets that an app needs to reach them."""
        return () if self.postgres.external else (sockets(),)


def ensure(progress: Callable[[str], None] | None = None) -> Services:
    """Both services, started if they are not running.

    `DATABASE_URL` and `REDIS_URL` name servers to use instead. Raises CourseError when one
    cannot be had.
    """
    prepare()
    with locked():
        outside = os.environ.get("DATABASE_URL", "")
        if outside and not outside.startswith("sqlite"):
            postgres = Postgres(None, outside)
        else:
            _start_postgres(progress or (lambda _: None))
            postgres = Postgres(sockets())
        server = redis.ensure()
    return Services(postgres, server)


def _start_postgres(progress: Callable[[str], None]) -> None:
    keeper.touch()
    if not cluster.answers():
        progress("starting PostgreSQL …")
        cluster.start()
        Postgres(sockets()).drop_leftovers()
    keeper.start()


def down(*, reset: bool = False) -> None:
    """Stop both at once; with `reset`, forget their data too."""
    prepare()
    with locked():
        cluster.stop()
        redis.stop()
        if reset:
            shutil.rmtree(cluster.data(), ignore_errors=True)


def status() -> dict[str, str]:
    """What is running, in words."""
    known = home() / "redis.kind"
    return {
        "PostgreSQL": "running" if cluster.answers() else "stopped",
        "Redis": known.read_text().split()[0] if known.exists() else "stopped",
        "home": str(home()),
    }
