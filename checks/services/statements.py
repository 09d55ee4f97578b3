"""The statements of an application, read from the log of its PostgreSQL server.

The application cannot forge them: the server writes the log, and only a superuser may turn
`log_statement` off.
"""

import json
import math
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checks.errors import CourseError
from checks.services.admin import Session
from checks.services.names import Database

LOG_TIMEOUT_SECONDS = 20.0  # a disk of a busy machine may stand still for seconds
# The name of a prepared statement is the app's: one with a colon must hide nothing.
STATEMENT = re.compile(r"(?:statement: |execute [^:]*: |execute )(.*)", re.DOTALL)
# Statements that the driver and its pool send by themselves. Whole statements only: otherwise an
# application could hide its own with such a word.
DRIVER_STATEMENTS = frozenset(
    {
        "",
        "begin",
        "select pg_catalog.version()",
        "select current_schema()",
        "show standard_conforming_strings",
        "show transaction isolation level",
    }
)

TRANSACTION_ENDS = frozenset({"commit", "rollback"})
# psycopg drops prepared statements when there are many; no application sends that itself.
DEALLOCATE = re.compile(r"deallocate (all|_pg3_\d+)")


@dataclass(frozen=True)
class LogPosition:
    """A position in the log: a file's name and an offset in it."""

    file: str
    offset: int


@dataclass(frozen=True)
class StatementLog:
    """The statements of one database's application; empty for an external server."""

    admin: Session
    directory: Path | None
    database: Database
    verify_checker_login: Callable[[], object] = tuple

    def end(self) -> LogPosition:
        """The present end of the log; answered statements may still be missing before it."""
        files = self._files()
        return (
            LogPosition(files[-1].name, files[-1].stat().st_size) if files else LogPosition("", 0)
        )

    def mark(self) -> LogPosition:
        """The position after every statement that has been answered so far."""
        start = self.end()
        return self._read_until_now(start)[1] if self.directory else start

    def since(self, mark: LogPosition, after: float = 0.0, before: float = math.inf) -> list[str]:
        """The application's statements after the mark, oldest first, their parameters behind them.

        `after` and `before` (seconds since the epoch) leave out earlier and later statements, to
        the millisecond.

        Raises:
            CourseError: the log does not keep up, or the app has changed the checker's login.
        """
        if self.directory is None:
            return []
        lines, _ = self._read_until_now(mark)
        self.verify_checker_login()
        return [text for line in lines if (text := self._statement(line, after, before))]

    @contextmanager
    def captured(self) -> Iterator[list[str]]:
        """A list that holds, after the block, the statements from inside it.

        COMMIT and ROLLBACK are not among them: they may follow the answer.
        """
        sent: list[str] = []
        mark = self.mark()
        yield sent
        sent += [text for text in self.since(mark) if text.lower() not in TRANSACTION_ENDS]

    def _read_until_now(self, start: LogPosition) -> tuple[list[bytes], LogPosition]:
        """The lines from the start to a marker that is written now, and the position after it.

        A session logs a statement before it runs it, so every answered statement stands before
        the marker, however late the logging collector writes the lines.
        """
        marker = f"eventure-marker-{secrets.token_hex(8)}"
        self.admin.run(f"DO 'BEGIN RAISE LOG ''{marker}''; END'")
        deadline = time.monotonic() + LOG_TIMEOUT_SECONDS
        lines: list[bytes] = []
        position = start
        while time.monotonic() < deadline:
            for line, end in self._lines(position):
                position = end
                if marker.encode() in line:
                    return lines, position
                lines.append(line)
            time.sleep(0.001)
        raise CourseError("PostgreSQL's log does not keep up: run `checks services down`.")

    def _lines(self, mark: LogPosition) -> Iterator[tuple[bytes, LogPosition]]:
        """Each whole line after the mark, with the position of its end; later files follow."""
        for path in self._files():
            if path.name < mark.file:
                continue
            offset = mark.offset if path.name == mark.file else 0
            with path.open("rb") as file:
                file.seek(offset)
                for line in file:
                    if not line.endswith(b"\n"):
                        break
                    offset += len(line)
                    yield line, LogPosition(path.name, offset)

    def _files(self) -> list[Path]:
        return sorted(self.directory.glob("postgresql-*.json")) if self.directory else []

    def _statement(self, line: bytes, after: float, before: float) -> str | None:
        if self.database.name.encode() not in line:
            return None
        record: dict[str, Any] = json.loads(line)
        if (record.get("dbname"), record.get("user")) != (self.database.name, self.database.role):
            return None
        match = STATEMENT.fullmatch(record.get("message", ""))
        if match is None or _is_of_driver(match.group(1)):
            return None
        if not after <= _logged_at(record) <= before + 0.001:
            return None
        kind, _, detail = record.get("detail", "").partition(": ")
        return f"{match.group(1)}  -- {detail}" if kind == "Parameters" else match.group(1)


def _is_of_driver(statement: str) -> bool:
    text = " ".join(statement.lower().split()).rstrip("; ")
    return text in DRIVER_STATEMENTS or DEALLOCATE.fullmatch(text) is not None


def _logged_at(record: dict[str, Any]) -> float:
    """The time of a line; the log is in UTC and cut to milliseconds, so one is added."""
    text = record.get("timestamp", "").removesuffix(" UTC")
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() + 0.001
