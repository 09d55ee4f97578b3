# region task 7.1
"""The migrations, by one process at a time: every replica may start them, and one does the work."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

ALEMBIC_INI = Path(__file__).parents[2] / "alembic.ini"
# Any number that nobody else locks in this database; this one is "Eventure" in ASCII.
LOCK = 0x4576656E74757265
PAUSE = 0.1


def upgrade() -> str:
    """Bring the database to the newest revision; its name. migrations/env.py takes the lock."""
    config = Config(ALEMBIC_INI)
    command.upgrade(config, "head")
    return str(ScriptDirectory.from_config(config).get_current_head())


@contextmanager
def one_at_a_time(connection: sa.Connection) -> Iterator[None]:
    """Inside the block nobody else migrates this database; who comes second waits until it ends.

    An advisory lock of the session. One of the transaction would be gone with the first migration
    that commits. The server gives it back when the session ends, so a process that is killed
    leaves no lock behind. SQLite has neither the lock nor replicas.
    https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    # Asked for again and again, outside a transaction in between: who waits for the lock keeps a
    # snapshot, CREATE INDEX CONCURRENTLY waits for everybody who has an older one: a deadlock.
    while not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCK))):
        connection.rollback()
        time.sleep(PAUSE)
    connection.commit()
    try:
        yield
    finally:
        # However the migration went, its session ends here, and the lock with it.
        connection.invalidate()


# endregion
