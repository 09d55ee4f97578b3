"""Connections to PostgreSQL: the administrator's own, and how each is opened."""

import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, LiteralString, cast

import psycopg
from psycopg.rows import TupleRow

from checks.errors import CourseError

CONNECT_TIMEOUT_SECONDS = 10.0
APPLICATION_NAME = "eventure"
ATTEMPTS = 4
# Another run has dropped its role while this statement looked at it; it was rolled back whole.
CONCURRENT_CHANGES = ("could not find tuple for role", "tuple concurrently")
STARTING_UP = ("starting up", "recovery mode", "not yet accepting")


class LoginRefused(CourseError):
    """The server cannot be reached, or refuses a login of the checker's."""


# What a driver may hand over for a column is the column's own business.
Row = tuple[Any, ...]


@dataclass
class Session:
    """A connection that is opened when it is first used, and reopened after a fork or a break.

    One statement at a time, also from several threads; each is its own transaction.
    """

    url: str
    terminated: bool = False
    """The administrator ended the connection: it is not opened again."""
    _connection: "psycopg.Connection[TupleRow] | None" = None
    _pid: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _inherited: "psycopg.Connection[TupleRow] | None" = None

    def run(self, statement: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """The statement's rows; [] for one that returns none.

        Raises:
            CourseError: the server refuses the login.
            psycopg.Error: the server refuses the statement.
        """
        with self._lock:
            for _ in range(ATTEMPTS - 1):
                try:
                    return self._run(statement, values)
                except psycopg.OperationalError:
                    if self.terminated or self._connection is None or not self._connection.closed:
                        raise
                except psycopg.errors.InternalError_ as error:
                    if not any(phrase in str(error) for phrase in CONCURRENT_CHANGES):
                        raise
            return self._run(statement, values)

    @property
    def pid(self) -> int:
        """The pid of the server process at the other end."""
        with self._lock:
            return self._open().info.backend_pid

    def close(self) -> None:
        """End the session; the next statement begins another."""
        with self._lock:
            if self._connection is not None and self._pid == os.getpid():
                self._connection.close()
            self._connection = None

    def __del__(self) -> None:
        if self._connection is not None and self._pid == os.getpid():
            self._connection.close()

    def _run(self, statement: str, values: Mapping[str, object] | None) -> list[Row]:
        cursor = self._open().execute(trusted(statement), values)
        return cursor.fetchall() if cursor.description else []

    def _open(self) -> "psycopg.Connection[TupleRow]":
        if self._pid != os.getpid():
            # A child must not end the connection of its parent: it is kept, not closed.
            self._inherited, self._connection = self._connection, None
        if self._connection is None or self._connection.closed:
            self._connection, self._pid = connect(self.url), os.getpid()
        return self._connection


def connect(url: str, *, autocommit: bool = True) -> "psycopg.Connection[TupleRow]":
    """An open connection; waits for a server that is still coming up.

    Raises:
        LoginRefused: the server cannot be reached, or refuses the login.
    """
    deadline = time.monotonic() + CONNECT_TIMEOUT_SECONDS
    while True:
        try:
            return psycopg.connect(
                url, autocommit=autocommit, application_name=APPLICATION_NAME, connect_timeout=10
            )
        except psycopg.OperationalError as error:
            starting_up = any(phrase in str(error) for phrase in STARTING_UP)
            if not starting_up or time.monotonic() > deadline:
                raise LoginRefused(f"PostgreSQL does not let us in: {_one_line(error)}.") from error
            time.sleep(0.05)


def trusted(statement: str) -> LiteralString:
    """The statement as a literal, for psycopg's type: the caller passes values apart."""
    return cast("LiteralString", statement)  # type: ignore[redundant-cast, unused-ignore]


def _one_line(error: Exception) -> str:
    """The driver's message on one line."""
    return " ".join(str(error).split()).rstrip(".") or "it gave no reason"
