"""PostgreSQL's sessions: how many wait, what keeps them waiting, and an end to the idle ones.

`lock_waits` counts those that wait for a lock right now.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from checks.harness.app.database_client import DatabaseClient
from checks.harness.app.lock_waits import lock_waits

# Also a session that asks for a lock again and again, and rests in between.
WAITING_SESSIONS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND (wait_event_type = 'Lock' OR state = 'idle' OR query ILIKE '%%advisory%%')
"""
DISCONNECT_IDLE = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle'
"""
# As long as this many polls see no more waiting sessions, their number has settled.
POLL_SECONDS, SETTLED_POLLS = 0.05, 6


@contextmanager
def reserved_table_name(database: DatabaseClient, table: str) -> Iterator[None]:
    """Until the block ends, `CREATE TABLE` of this name waits.

    Another session has made such a table and has not committed. At the end that is rolled back.
    """
    connection = database.connect()
    connection.execute(f"CREATE TABLE {table} (id int)")
    try:
        yield
    finally:
        connection.close()


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


def disconnect_idle_sessions(database: DatabaseClient) -> None:
    """End every other session that is idle, as a restart of PostgreSQL does."""
    database.value(DISCONNECT_IDLE)
