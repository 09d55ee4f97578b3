"""Handlers with nothing around them: what FastAPI and the driver cost by themselves.

`DATABASE_URL` names the same database as the finished day's, `BENCH_BODY` a file with the list's
answer. The SQL is that of the finished day; each thread keeps one connection, without transactions.
"""

import os
import threading
from datetime import datetime
from pathlib import Path

import psycopg
from fastapi import FastAPI, Response
from psycopg.rows import DictRow, dict_row
from pydantic import BaseModel

LIST = "SELECT * FROM events ORDER BY start_time, id LIMIT 100"
DETAIL = "SELECT * FROM events WHERE id = %s"
BODY = Path(os.environ["BENCH_BODY"]).read_bytes()

app = FastAPI()
_own = threading.local()


class EventRow(BaseModel):
    """A row of `events` as the finished day shows it."""

    id: int
    title: str
    description: str | None
    location: str | None
    start_time: datetime
    end_time: datetime
    status: str
    organizer_id: int
    created_at: datetime
    updated_at: datetime | None


def connection() -> psycopg.Connection[DictRow]:
    """This thread's connection, made at its first use."""
    if not hasattr(_own, "connection"):
        url = os.environ["DATABASE_URL"].replace("+psycopg", "")
        _own.connection = psycopg.connect(url, autocommit=True, row_factory=dict_row)
    kept: psycopg.Connection[DictRow] = _own.connection
    return kept


@app.get("/bytes")
async def read_bytes() -> Response:
    """The list's answer, ready: no query, no thread."""
    return Response(BODY, media_type="application/json")


@app.get("/bytes-in-a-thread")
def read_bytes_in_a_thread() -> Response:
    """The same from a `def`, as the finished day's handlers are."""
    return Response(BODY, media_type="application/json")


@app.get("/events", response_model=list[EventRow])
def read_events() -> list[DictRow]:
    """A hundred events."""
    return connection().execute(LIST).fetchall()


@app.get("/events/{event_id}", response_model=EventRow)
def read_event(event_id: int) -> DictRow | None:
    """One event."""
    return connection().execute(DETAIL, (event_id,)).fetchone()
