"""Where a request's time goes, as CPU time: `python -m checks.bench.backend.cpu`.

The finished day and the bare handlers answer in this process, without a socket, and the CPU time of
all its threads is divided by the requests; PostgreSQL and Redis are not in it. Each further row
leaves something out: what it saves is what that costs.
"""

import asyncio
import logging
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import fastapi.dependencies.utils as fastapi_dependencies
from fastapi import FastAPI

from checks.bench.backend.remedies import columns_for_objects, without_total
from checks.bench.backend.rows import grow
from checks.errors import CourseError
from checks.notebooks.lab import Lab
from checks.services.temporary_folders import temporary_folder

DAY, EVENTS = "day7-deployment", 2_000
REQUESTS, ROUNDS, AT_ONCE = 160, 3, 8
# FastAPI does not say that its module has it, so mypy would not know the name.
THREADS = "run_in_threadpool"
LIST, DETAIL = "/api/v1/events/", "/api/v1/events/77"
PAGE = "/api/v2/events/?page_size=100"


async def ask(app: FastAPI, path: str) -> bytes:
    """The body of one request. CourseError when the answer is no 200."""
    parts: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        parts.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "http_version": "1.1",
        "path": path.partition("?")[0],
        "raw_path": path.partition("?")[0].encode(),
        "query_string": path.partition("?")[2].encode(),
        "root_path": "",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "headers": [(b"host", b"localhost")],
    }
    await app(scope, asyncio.Event().wait, send)  # type: ignore[arg-type]
    if parts[0]["status"] != 200:
        raise CourseError(f"GET {path} answered {parts[0]['status']}")
    return b"".join(part.get("body", b"") for part in parts)


async def ask_many(app: FastAPI, path: str) -> None:
    """REQUESTS of them, AT_ONCE at a time."""

    async def ask_in_turn() -> None:
        for _ in range(REQUESTS // AT_ONCE):
            await ask(app, path)

    await asyncio.gather(*(ask_in_turn() for _ in range(AT_ONCE)))


def show(loop: asyncio.AbstractEventLoop, name: str, app: FastAPI, path: str) -> None:
    """Print the median of the rounds, in microseconds a request; the first one is a warm-up."""
    loop.run_until_complete(ask_many(app, path))
    seen = []
    for _ in range(ROUNDS):
        started = time.process_time()
        loop.run_until_complete(ask_many(app, path))
        seen.append((time.process_time() - started) / REQUESTS * 1e6)
    print(f"{name:<52}{statistics.median(seen):8.0f} us", flush=True)


@contextmanager
def page_without_a_thread() -> Iterator[None]:
    """Classes among the dependencies are called where they stand: that is the page's numbers."""
    in_a_thread = getattr(fastapi_dependencies, THREADS)

    async def call(function: Callable[..., Any], *args: Any, **values: Any) -> Any:
        if isinstance(function, type):
            return function(*args, **values)
        return await in_a_thread(function, *args, **values)

    setattr(fastapi_dependencies, THREADS, call)
    try:
        yield
    finally:
        setattr(fastapi_dependencies, THREADS, in_a_thread)


def hide_log() -> None:
    """The log is written, as in production, and seen by nobody; create_app sets it up anew."""
    logging.root.handlers[0].setStream(StringIO())  # type: ignore[attr-defined]


def without_middleware(app: FastAPI, name: str) -> FastAPI:
    """The app; its middleware of that name is gone."""
    app.user_middleware = [each for each in app.user_middleware if name not in str(each.cls)]
    app.middleware_stack = None
    return app


def measure_queries(loop: asyncio.AbstractEventLoop, day: ModuleType, app: FastAPI) -> None:
    """The lists without objects, and v2's without its second statement."""
    for name, path in (("list", LIST), ("v2's page of 100", PAGE)):
        answer = loop.run_until_complete(ask(app, path))
        with columns_for_objects(day):
            if loop.run_until_complete(ask(app, path)) != answer:
                raise CourseError(f"GET {path} answers otherwise with columns: that is no remedy")
            show(loop, f"{name}, columns in the place of objects", app, path)
    with without_total(day):
        show(loop, "v2's page of 100, without its total", app, PAGE)


def measure_day(loop: asyncio.AbstractEventLoop, day: ModuleType) -> None:
    """The finished day, and what it would cost without its parts."""
    settings = day.core.config.Settings
    cached = day.main.create_app(settings())
    uncached = day.main.create_app(settings(cache_enabled=False))
    hide_log()
    rows = (
        ("cached list", cached, LIST),
        ("list", uncached, LIST),
        ("one event", uncached, DETAIL),
        ("v2's page of 100", uncached, PAGE),
    )
    for name, app, path in rows:
        show(loop, name, app, path)
        with page_without_a_thread():
            show(loop, "  page numbers without a thread", app, path)
    measure_queries(loop, day, uncached)
    for name, app, path in rows:
        stripped = without_middleware(app, "Prometheus")
        show(loop, f"{name}, without counting requests", stripped, path)
    engine = uncached.state.sessions.kw["bind"]
    uncached.state.sessions.configure(bind=engine.execution_options(isolation_level="AUTOCOMMIT"))
    for name, app, path in rows[1:]:
        show(loop, f"{name}, without BEGIN and ROLLBACK too", app, path)
    engine.pool._pre_ping = False  # noqa: SLF001
    for name, app, path in rows[1:]:
        show(loop, f"{name}, without the pool's ping too", app, path)


def measure_bare(loop: asyncio.AbstractEventLoop) -> None:
    """The bare handlers: ready bytes, the list, one event."""
    from checks.bench.backend import bare_app  # reads BENCH_BODY

    for path in ("/bytes", "/bytes-in-a-thread", "/events", "/events/77"):
        show(loop, f"bare {path}", bare_app.app, path)


def main() -> int:
    """Print the rows."""
    lab = Lab(DAY)
    os.environ |= {"LOG_FORMAT": "json", "LOG_LEVEL": "INFO"}
    grow(os.environ["DATABASE_URL"].replace("+psycopg", ""), EVENTS)
    day = lab.load(DAY)
    loop = asyncio.new_event_loop()
    plain = day.main.create_app(day.core.config.Settings(cache_enabled=False))
    hide_log()
    with temporary_folder("cpu") as scratch:
        body = Path(scratch) / "list.json"
        body.write_bytes(loop.run_until_complete(ask(plain, LIST)))
        os.environ["BENCH_BODY"] = str(body)
        measure_bare(loop)
    measure_day(loop, day)
    return 0


if __name__ == "__main__":
    sys.exit(main())
