"""A server that takes every connection and never sends a byte, which is worse than none.

It listens on a Unix socket: a contained app has no network. The name of the socket is what makes it
a PostgreSQL, a Redis or a broker; a client of each waits for an answer until its own timeout.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from checks.harness.app import double_sockets
from checks.harness.app.app_settings import celery_url
from checks.harness.app.environment import AppEnvironment

BACKLOG = 100
POSTGRES_SOCKET = ".s.PGSQL.5432"
"""PostgreSQL's clients are told a folder, and look for this name in it."""


@contextmanager
def silent_server(path: Path) -> Iterator[None]:
    """Listen at `path` until the block ends; the socket's file is gone then.

    Learner code may not write to the folder of the path, nor to the one above it. Connections wait
    in the backlog, of `BACKLOG` places; further ones are not accepted.
    """
    with closing(double_sockets.bind_socket(path)) as listener:
        listener.listen(BACKLOG)
        try:
            yield
        finally:
            double_sockets.remove(path)


@contextmanager
def silent_redis(environment: AppEnvironment) -> Iterator[str]:
    """The REDIS_URL of a silent server, until the block ends."""
    path = environment.sockets / "silent-redis.sock"
    with silent_server(path):
        yield f"unix://{path}?db=0"


@contextmanager
def silent_broker(environment: AppEnvironment) -> Iterator[str]:
    """The CELERY_BROKER_URL of a silent server, until the block ends."""
    path = environment.sockets / "silent-broker.sock"
    with silent_server(path):
        yield celery_url(f"unix://{path}?db=1")


@contextmanager
def silent_postgres(environment: AppEnvironment) -> Iterator[str]:
    """The DATABASE_URL of a silent server, until the block ends."""
    folder = environment.sockets / "silent-postgres"
    with silent_server(folder / POSTGRES_SOCKET):
        yield environment.services.postgres.url(environment.database, str(folder))
