"""Sessions that wait for a lock, and locks that a test holds against the app.

Every block holds its lock from a connection of its own, and gives it back when the block ends,
whatever ended it.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import Self

from checks.harness.app.clock import now
from checks.harness.app.connections import Deadline
from checks.harness.app.cpu_wait import cpu_wait
from checks.harness.app.database_client import DatabaseClient

TIMEOUT = 5.0
POLL_SECONDS = 0.01
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def lock_waits(database: DatabaseClient) -> int:
    """The number of the app's sessions that wait for a lock: of a row, a table, or advisory.

    PostgreSQL shows a session to roles that have the rights of its login, so sessions of the test
    itself are not counted (PostgreSQL's manual, pg_stat_activity; Wait Event Types).
    """
    return int(database.value(WAITING))


def wait_for_locks(
    database: DatabaseClient, requests: Sequence[Thread], timeout: float = TIMEOUT
) -> None:
    """Return when each request waits for a lock or has been answered, after `timeout` s at latest.

    Each thread of `requests` sends one request; a dead thread has its answer. On a busy machine the
    time in which this process waits for a CPU does not count: the app waits for one as well.
    """
    deadline = Deadline.after(timeout, cpu_wait(os.getpid()))
    while now() < deadline.extended(cpu_wait(os.getpid())):
        alive = [request for request in requests if request.is_alive()]
        if not alive or lock_waits(database) >= len(alive):
            return
        alive[0].join(POLL_SECONDS)


class RowHold:
    """In the block each row of the table is locked FOR UPDATE until `release`.

    Requests that lock rows one after the other all have their first one then, before any of them
    has a second: those that lock in different orders deadlock.
    """

    def __init__(self, database: DatabaseClient, table: str) -> None:
        self._database, self._table = database, table

    def __enter__(self) -> Self:
        self._holder = self._database.connect()
        self._holder.execute(f"SELECT FROM {self._table} FOR UPDATE")
        return self

    def release(self) -> None:
        """Let whoever waits have the rows; safe to call twice."""
        self._holder.close()

    def __exit__(self, *_: object) -> None:
        self.release()


@contextmanager
def table_lock(database: DatabaseClient, table: str) -> Iterator[None]:
    """ACCESS EXCLUSIVE: whoever reads or writes the table waits until the block ends."""
    connection = database.connect()
    connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
    try:
        yield
    finally:
        connection.close()


@contextmanager
def hidden_table(database: DatabaseClient, table: str) -> Iterator[None]:
    """The table has another name until the block ends: every query of it fails (42P01)."""
    database.execute(f"ALTER TABLE {table} RENAME TO hidden_table")
    try:
        yield
    finally:
        database.execute(f"ALTER TABLE hidden_table RENAME TO {table}")
