"""PostgreSQL's sessions: how many wait, what keeps them waiting, and an end to the idle ones.

`lock_waits` counts those that wait for a lock right now.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from checks.harness.app.database_client import DatabaseClient
from checks.harness.app.lock_waits import lock_waits

# Also a session that asks for a lock again and again, and rests in between.
WAITING_SESSIONS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND (wait_event_type = 'Lock' OR state = 'idle' OR query ILIKE '%%advisory%%')
"""
END_SESSIONS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = ANY (%(states)s)
"""
# How a session looks between two tries to get an advisory lock.
TRIES = """
SELECT pid, query_start FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND (query ILIKE '%%advisory%%' OR query = 'ROLLBACK') AND query_start IS NOT NULL
"""
MORE_THAN_A_CONNECTION_HAS = 5
"""A new connection rolls back once or twice before its first try, and once after it."""
BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE %(pid)s = ANY (pg_blocking_pids(pid))"
# As long as this many polls see no more waiting sessions, their number has settled.
POLL_SECONDS, SETTLED_POLLS = 0.05, 6


@dataclass(frozen=True)
class ReservedTableName:
    """`CREATE TABLE` of this name waits: a session has made such a table and has not committed."""

    database: DatabaseClient
    session: psycopg.Connection[Any]

    def is_wanted(self) -> bool:
        """Whether some session waits for it."""
        return bool(self.database.value(BLOCKED, pid=self.session.info.backend_pid))

    def release(self) -> None:
        """Nobody waits for it any more; the table is rolled back."""
        self.session.close()


@contextmanager
def reserved_table_names(
    database: DatabaseClient, *names: str
) -> Iterator[list[ReservedTableName]]:
    """Each name reserved by a session of its own, until it is released or the block ends."""
    with ExitStack() as stack:
        reserved = []
        for name in names:
            session = stack.enter_context(closing(database.connect()))
            session.execute(f"CREATE TABLE {name} (id int)")
            reserved.append(ReservedTableName(database, session))
        yield reserved


def peak_lock_waits(database: DatabaseClient, target: int, timeout: float) -> int:
    """The largest number of sessions seen to wait for a lock at once.

    Returned when it is `target` or more and has settled, or after `timeout` seconds.
    """
    most = settled = 0
    for _ in range(int(timeout / POLL_SECONDS)):
        waiting = lock_waits(database)
        settled = settled + 1 if waiting >= target and waiting == most else 0
        most = max(most, waiting)
        if settled == SETTLED_POLLS:
            break
        time.sleep(POLL_SECONDS)
    return most


def waiting_sessions(database: DatabaseClient) -> int:
    """The number of other sessions that wait for a lock, rest between two tries, or are idle."""
    return int(database.value(WAITING_SESSIONS))


class LockRetries:
    """Watches for a session that does not get an advisory lock and tries again and again.

    It tells one that keeps trying from one that has tried once and is about to end.
    """

    def __init__(self, database: DatabaseClient) -> None:
        self._database = database
        self._tries: dict[int, set[Any]] = {}

    def are_seen(self) -> bool:
        """Look once more; whether some session has been seen to try repeatedly."""
        for row in self._database.rows(TRIES):
            self._tries.setdefault(row["pid"], set()).add(row["query_start"])
        return any(len(each) >= MORE_THAN_A_CONNECTION_HAS for each in self._tries.values())


def disconnect_idle_sessions(database: DatabaseClient) -> None:
    """End every other session that is idle, as a restart of PostgreSQL does."""
    database.value(END_SESSIONS, states=["idle"])


def end_idle_transactions(database: DatabaseClient) -> None:
    """End every other session that has begun a transaction and rests in it."""
    database.value(END_SESSIONS, states=["idle in transaction", "idle in transaction (aborted)"])
