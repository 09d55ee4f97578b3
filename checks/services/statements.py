"""What an app sent to PostgreSQL, read from the server's own log: it cannot be faked."""

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
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

    def since(self, mark: Mark) -> list[str]:
        """The role's statements since a mark, with their parameters.

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
                return [text for e in found if e.get("user") == self.role for text in _text(e)]
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


def _text(entry: dict[str, Any]) -> Iterator[str]:
    message = entry.get("message", "")
    if not message.startswith(PREFIXES):
        return
    text = message.split(": ", 1)[1]
    if any(noise in text for noise in NOISE):
        return
    detail = entry.get("detail", "")
    yield f"{text}  -- {detail.split(': ', 1)[1]}" if detail.startswith("Parameters: ") else text
