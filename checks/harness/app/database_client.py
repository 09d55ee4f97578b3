"""The tests' own connection to the database: past the app, with the checker's rights."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from checks.harness.errors import AppHangs, TooMuchOutput

ROW_LIMIT = 100_000
"""More than any test has rows in its tables."""
STATEMENT_SECONDS = 120
"""Longer than any statement of a test takes: the app may have locked a table, or made a view of it
that sleeps. Where a person may hold the app at a breakpoint there is no limit."""


class DatabaseClient:
    """Rows and values by SQL with `%(name)s` parameters; every statement commits at once."""

    def __init__(self, dsn: str, *, limited: bool = True) -> None:
        # a setting of the session's start comes before those that an app gives its database
        options = f"-c statement_timeout={STATEMENT_SECONDS}s"
        self.dsn = make_conninfo(dsn, options=options) if limited else dsn
        self._autocommit: psycopg.Connection[dict[str, Any]] | None = None
        self._lent: list[psycopg.Connection[Any]] = []

    def rows(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        """Every row of a query, as dicts by column name.

        Raises TooMuchOutput for more than ROW_LIMIT rows: the app may have made a view of a table.
        """
        with _answered(), self._connection().cursor() as cursor:
            rows = list(islice(cursor.stream(query.encode(), parameters), ROW_LIMIT + 1))
        if len(rows) > ROW_LIMIT:
            raise TooMuchOutput(f"a table of yours has more than {ROW_LIMIT} rows")
        return rows

    def value(self, query: str, **parameters: Any) -> Any:
        """The first column of the first row; None when there is no row."""
        with _answered():
            row = self._connection().execute(query.encode(), parameters).fetchone()
        return next(iter(row.values())) if row else None

    def execute(self, query: str, **parameters: Any) -> int:
        """Run a statement; the number of rows that it touched."""
        with _answered():
            return self._connection().execute(query.encode(), parameters).rowcount

    def connect(self) -> psycopg.Connection[Any]:
        """A further connection, in a transaction: a rival that has not committed yet."""
        connection = psycopg.connect(self.dsn)
        self._lent.append(connection)
        return connection

    def close(self) -> None:
        """Close every connection; uncommitted work is rolled back."""
        self.close_lent()
        if self._autocommit is not None:
            self._autocommit.close()
            self._autocommit = None

    def close_lent(self) -> None:
        """Close the connections that `connect` gave; the tests' own one stays open."""
        for connection in self._lent:
            connection.close()
        self._lent.clear()

    def _connection(self) -> psycopg.Connection[dict[str, Any]]:
        if self._autocommit is None or self._autocommit.closed:
            self._autocommit = psycopg.connect(self.dsn, autocommit=True, row_factory=dict_row)
        return self._autocommit


@contextmanager
def _answered() -> Iterator[None]:
    """Raises AppHangs for a statement that was cancelled: it took too long."""
    try:
        yield
    except psycopg.errors.QueryCanceled:
        reason = "does the app hold a lock on your tables?"
        raise AppHangs(
            f"a statement of the tests was not answered within {STATEMENT_SECONDS} s; {reason}"
        ) from None
