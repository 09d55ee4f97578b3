"""What an app sent to PostgreSQL, read from the server's own log: it cannot be faked."""

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from checks.services import cluster

PREFIXES = ("statement: ", "execute ")
NOISE = ("BEGIN", "pg_catalog.version()", "current_schema", "standard_conforming_strings")
LIMIT = 2.0


@dataclass(frozen=True)
class Mark:
    """A place in the log: a file and a byte."""

    file: str
    offset: int


@dataclass
class StatementLog:
    """The statements of one role. `external` servers keep their log to themselves: empty."""

    role: str
    connection: psycopg.Connection[Any]
    external: bool = False

    def mark(self) -> Mark:
        """Here: what is sent from now on comes after it."""
        if self.external:
            return Mark("", 0)
        file = _current()
        return Mark(file.name, file.stat().st_size)

    def since(self, mark: Mark, after: float = 0.0) -> list[str]:
        """The role's statements since a mark, with their parameters.

        `after` (seconds since the epoch) leaves out what was sent earlier, to the millisecond.

        The log is written by another process, so a statement of ours goes last and is waited for.
        """
        if self.external:
            return []
        last = f"eventure-{secrets.token_hex(8)}"
        self.connection.execute(f"SELECT '{last}'")
        deadline = time.monotonic() + LIMIT
        while True:
            found = list(_entries(mark))
            if any(last in entry.get("message", "") for entry in found):
                mine = [e for e in found if e.get("user") == self.role and _at(e) >= after]
                return [text for entry in mine for text in _text(entry)]
            if time.monotonic() > deadline:
                return []


def _current() -> Path:
    for line in (cluster.data() / "current_logfiles").read_text().splitlines():
        kind, _, name = line.partition(" ")
        if kind == "jsonlog":
            return cluster.data() / name
    raise FileNotFoundError("jsonlog")


def _entries(mark: Mark) -> Iterator[dict[str, Any]]:
    for file in sorted((cluster.data() / "log").glob("*.json")):
        if file.name < mark.file:
            continue
        with file.open("rb") as stream:
            stream.seek(mark.offset if file.name == mark.file else 0)
            for line in stream:
                try:
                    yield json.loads(line)
                except ValueError:  # the last line, not yet whole
                    continue


def _at(entry: dict[str, Any]) -> float:
    """When a line was logged; the log is in UTC and cuts to milliseconds, so a bit is added."""
    text = entry.get("timestamp", "").removesuffix(" UTC")
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() + 0.001


def _text(entry: dict[str, Any]) -> Iterator[str]:
    message = entry.get("message", "")
    if not message.startswith(PREFIXES):
        return
    text = message.split(": ", 1)[1]
    if text == ";" or any(noise in text for noise in NOISE):  # ";" is the pool's ping
        return
    detail = entry.get("detail", "")
    yield f"{text}  -- {detail.split(': ', 1)[1]}" if detail.startswith("Parameters: ") else text
