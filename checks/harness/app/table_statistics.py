"""How many rows of a table an answer has cost: PostgreSQL's cumulative statistics.

PostgreSQL counts for each session and adds the counts up when the session ends (PostgreSQL's
manual, The Cumulative Statistics System), so every session is ended before a reading.
"""

import time
from collections.abc import Callable, Mapping

from checks.harness.app.database_client import DatabaseClient

SETTLING_SECONDS = 0.05
# PostgreSQL is given 5,000 ms to end each.
END = """
SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND backend_type = 'client backend'
"""
# By sequential scans, and by way of an index.
READ = """
SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables
WHERE schemaname = 'public' AND relname = %(table)s
"""
# Index entries instead of fetched rows: an index-only scan fetches none once the table is vacuumed.
VISITED = """
SELECT sum(seq_tup_read) + (
    SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes
    WHERE schemaname = 'public' AND relname = ANY(%(tables)s)
)
FROM pg_stat_user_tables WHERE schemaname = 'public' AND relname = ANY(%(tables)s)
"""


def end_sessions(database: DatabaseClient) -> None:
    """End every session of the database but this one, and wait for the end."""
    database.value(END)


def rows_read_by(database: DatabaseClient, table: str, ask: Callable[[], object]) -> int:
    """The rows of the table that PostgreSQL reads while `ask` runs, whichever session asks.

    Every other session of the database ends before and after: the app has to connect anew.
    """
    return _increase(database, READ, {"table": table}, ask)


def rows_visited_by(
    database: DatabaseClient, tables: tuple[str, ...], ask: Callable[[], object]
) -> int:
    """The rows and index entries of the tables that are visited; sessions end as above."""
    return _increase(database, VISITED, {"tables": list(tables)}, ask)


def _increase(
    database: DatabaseClient, query: str, values: Mapping[str, object], ask: Callable[[], object]
) -> int:
    end_sessions(database)
    before = _settled(database, query, values)
    ask()
    end_sessions(database)
    return _settled(database, query, values) - before


def _settled(database: DatabaseClient, query: str, values: Mapping[str, object]) -> int:
    """The count, when it has settled: a session that closes itself adds its own a moment later."""
    count = int(database.value(query, **values))
    while True:
        time.sleep(SETTLING_SECONDS)
        previous, count = count, int(database.value(query, **values))
        if count == previous:
            return count
