"""Transactions that wait in the middle of their COMMIT, as long as a test needs, or fail.

A deferred constraint trigger runs when the transaction commits. It asks for an advisory lock that
the test holds (PostgreSQL's manual: CREATE TRIGGER, Explicit Locking).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, Self

from checks.harness.app.database_client import DatabaseClient

LOCK = 60_005  # the key of the advisory lock
CREATE = """
CREATE FUNCTION hold_the_commit() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock({lock}); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER hold_the_commit AFTER {operation} ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_the_commit();
"""
REFUSE = """
CREATE FUNCTION refuse_the_commit() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'refused at the commit'; END $$;
CREATE CONSTRAINT TRIGGER refuse_the_commit AFTER {operation} ON {table}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_the_commit();
"""
REFUSE_TITLE = """
CREATE FUNCTION refuse_the_title() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'refused by a trigger' USING ERRCODE = '{error}'; END $$;
CREATE TRIGGER refuse_the_title BEFORE INSERT ON {table}
FOR EACH ROW WHEN (NEW.title = '{title}') EXECUTE FUNCTION refuse_the_title();
"""
DROP = "DROP FUNCTION IF EXISTS hold_the_commit CASCADE"


class CommitHold:
    """In the block nobody's INSERT, UPDATE or DELETE of the table is committed until `release`."""

    def __init__(
        self,
        database: DatabaseClient,
        table: str,
        operation: Literal["INSERT", "UPDATE", "DELETE"],
    ) -> None:
        self._database = database
        self._create = CREATE.format(lock=LOCK, operation=operation, table=table)

    def __enter__(self) -> Self:
        """Raises psycopg.errors.UndefinedTable when the app has no such table."""
        self._database.execute(self._create)
        self._holder = self._database.connect()
        self._holder.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        return self

    def release(self) -> None:
        """Let every held transaction commit; safe to call twice."""
        self._holder.close()

    def __exit__(self, *_: object) -> None:
        """Release, then drop the trigger, which waits for those transactions."""
        self.release()
        self._database.execute(DROP)


@contextmanager
def refused_commit(
    database: DatabaseClient,
    table: str,
    operation: Literal["INSERT", "UPDATE", "DELETE"],
    when: str = "true",
) -> Iterator[None]:
    """In the block the statement succeeds, and the COMMIT of its transaction fails.

    Only for rows of which `when` holds, a condition on NEW or OLD.
    """
    database.execute(REFUSE.format(operation=operation, table=table, when=when))
    try:
        yield
    finally:
        database.execute("DROP FUNCTION IF EXISTS refuse_the_commit CASCADE")


@contextmanager
def refused_title(database: DatabaseClient, table: str, title: str, error: str) -> Iterator[None]:
    """In the block the INSERT of a row with this title fails, with this condition of PostgreSQL.

    `error` is a name of its manual, appendix A: `unique_violation` for somebody who was faster,
    `query_canceled` for statement_timeout.
    """
    database.execute(REFUSE_TITLE.format(table=table, title=title, error=error))
    try:
        yield
    finally:
        database.execute("DROP FUNCTION IF EXISTS refuse_the_title CASCADE")
