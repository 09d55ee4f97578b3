"""People who write while a migration runs, and the statement of the migration that stops them.

CREATE INDEX locks a table against writers for as long as it takes; CREATE INDEX CONCURRENTLY does
not (PostgreSQL's manual, CREATE INDEX: Building Indexes Concurrently).
"""

from threading import Thread
from typing import Any

import psycopg

from checks.harness.app.clock import now, wait_for
from checks.harness.app.database_client import DatabaseClient
from checks.harness.app.large_tables import USERS

TIMEOUT = 20.0
POLL_SECONDS = 0.01
LOCK_TIMEOUT = "1s"
WAITING_STATEMENT = """
    SELECT query FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
EVENT = """
    INSERT INTO events (title, start_time, end_time, organizer_id)
    SELECT 'Rival', now(), now() + interval '1 hour', id FROM users LIMIT 1
"""
TASK = "INSERT INTO tasks (title, event_id) SELECT 'Rival', id FROM events LIMIT 1"

Connection = psycopg.Connection[Any]


class RivalWriters:
    """Sessions that write events and tasks in one schema of the database."""

    def __init__(self, database: DatabaseClient, schema: str) -> None:
        self._database, self._schema = database, schema

    def insert_first_rows(self) -> None:
        """A thousand users and one event, committed: what an event and a task refer to."""
        with self._connect() as connection:
            connection.execute(USERS)
            connection.execute(EVENT)
            connection.commit()

    def blocking_index_statement(self, migration: Thread, timeout: float = TIMEOUT) -> str | None:
        """Start the migration; its statement on an index that keeps a writer waiting, or None.

        A rival with unfinished work makes every such statement wait, in whatever way it waits.
        While it does, somebody else writes. Then the next rival begins before the old one ends.
        Whatever else waits is let by: a later revision may create a table that refers to this one.
        """
        rival = self._begin()
        migration.start()
        deadline = now() + timeout
        while migration.is_alive() and now() < deadline:
            waiting = self._waiting_statement()
            if waiting is None:
                migration.join(POLL_SECONDS)
                continue
            following = self._begin() if _is_on_an_index(waiting) else None
            if following is None and _is_on_an_index(waiting):
                if self._waiting_statement() != waiting:
                    continue  # what has begun since has kept the writer waiting: look again
                _end(rival)
                _join(migration, timeout)
                return waiting
            _end(rival)
            rival = following or self._begin()
        _end(rival)
        _join(migration, timeout)
        return None

    def _waiting_statement(self) -> str | None:
        statement: str | None = self._database.value(WAITING_STATEMENT)
        return statement

    def _connect(self) -> Connection:
        connection = self._database.connect()
        connection.execute(f"SET search_path = {self._schema}")
        connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        connection.commit()
        return connection

    def _begin(self) -> Connection | None:
        """A writer who has not committed yet; None if a lock keeps one from writing."""
        connection = self._connect()
        try:
            connection.execute(EVENT)
            connection.execute(TASK)
        except psycopg.errors.LockNotAvailable:
            connection.close()
            return None
        return connection


def _is_on_an_index(statement: str) -> bool:
    return "index" in statement.lower()


def _join(thread: Thread, timeout: float) -> None:
    def has_ended(seconds: float) -> bool:
        thread.join(seconds)
        return not thread.is_alive()

    wait_for(has_ended, timeout)


def _end(rival: Connection | None) -> None:
    if rival is not None:
        rival.close()
