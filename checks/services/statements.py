"""What an application asked its database, read from the server's own log.

The application cannot fake it: the server writes the log, and only an administrator may turn
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

PATIENCE_SECONDS = 2.0
STATEMENT = re.compile(r"(?:statement|execute [^:]*): (.*)", re.DOTALL)
# What the driver and its pool say by themselves. Whole statements only: a word that made a
# statement invisible would be an invitation.
NOISE = frozenset(
    {
        "",
        "begin",
        "select pg_catalog.version()",
        "select current_schema()",
        "show standard_conforming_strings",
        "show transaction isolation level",
    }
)

ENDS = frozenset({"commit", "rollback"})
# It forgets what it has prepared when it has prepared much; nobody's code asks for that.
FORGOTTEN = re.compile(r"deallocate (all|_pg3_\d+)")


@dataclass(frozen=True)
class Mark:
    """A place in the log: a file's name and a byte in it."""

    file: str
    offset: int


@dataclass(frozen=True)
class StatementLog:
    """The statements of one database's application; empty where the server is somebody else's."""

    admin: Session
    directory: Path | None
    database: Database
    ensure_ours: Callable[[], object] = tuple

    def end(self) -> Mark:
        """Where the log ends now; the server may still write down what it has answered before."""
        files = self._files()
        return Mark(files[-1].name, files[-1].stat().st_size) if files else Mark("", 0)

    def mark(self) -> Mark:
        """The place after everything that has been answered so far."""
        start = self.end()
        return self._until_now(start)[1] if self.directory else start

    def since(self, mark: Mark, after: float = 0.0, before: float = math.inf) -> list[str]:
        """The application's statements after the mark, oldest first, their parameters behind them.

        `after` and `before` (seconds since the epoch) leave out what was sent earlier and later,
        to the millisecond.

        Raises:
            CourseError: the server's log does not keep up, or the checker's login is another's.
        """
        if self.directory is None:
            return []
        lines, _ = self._until_now(mark)
        self.ensure_ours()
        return [said for line in lines if (said := self._statement(line, after, before))]

    @contextmanager
    def watched(self) -> Iterator[list[str]]:
        """A list that holds, once the block is over, the statements from inside it.

        Where a transaction ends is not among them: it may be after the answer.
        """
        sent: list[str] = []
        mark = self.mark()
        yield sent
        sent += [said for said in self.since(mark) if said.lower() not in ENDS]

    def _until_now(self, start: Mark) -> tuple[list[bytes], Mark]:
        """The lines from the start to a marker that is written now, and the place after it.

        A session hands a statement to the log before it runs it, so whatever has been answered
        stands before the marker, however late the server's collector writes it down.
        """
        marker = f"eventure-marker-{secrets.token_hex(8)}"
        self.admin.run(f"DO 'BEGIN RAISE LOG ''{marker}''; END'")
        limit = time.monotonic() + PATIENCE_SECONDS
        lines: list[bytes] = []
        here = start
        while time.monotonic() < limit:
            for line, end in self._lines(here):
                here = end
                if marker.encode() in line:
                    return lines, here
                lines.append(line)
            time.sleep(0.001)
        raise CourseError("PostgreSQL's log does not keep up: run `checks services down`.")

    def _lines(self, mark: Mark) -> Iterator[tuple[bytes, Mark]]:
        """Each whole line after the mark, with the place where it ends; later files follow."""
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
                    yield line, Mark(path.name, offset)

    def _files(self) -> list[Path]:
        return sorted(self.directory.glob("postgresql-*.json")) if self.directory else []

    def _statement(self, line: bytes, after: float, before: float) -> str | None:
        if self.database.name.encode() not in line:
            return None
        record: dict[str, Any] = json.loads(line)
        if (record.get("dbname"), record.get("user")) != (self.database.name, self.database.role):
            return None
        found = STATEMENT.fullmatch(record.get("message", ""))
        if found is None or _is_noise(found.group(1)):
            return None
        if not after <= _when(record) <= before + 0.001:
            return None
        kind, _, detail = record.get("detail", "").partition(": ")
        return f"{found.group(1)}  -- {detail}" if kind == "Parameters" else found.group(1)


def _is_noise(statement: str) -> bool:
    said = " ".join(statement.lower().split()).rstrip("; ")
    return said in NOISE or FORGOTTEN.fullmatch(said) is not None


def _when(record: dict[str, Any]) -> float:
    """When a line was logged; the log is in UTC and cuts to milliseconds, so a bit is added."""
    text = record.get("timestamp", "").removesuffix(" UTC")
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() + 0.001
