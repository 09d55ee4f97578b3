"""Where a request's time goes, as CPU time: `python -m checks.bench.backend.cpu [--calls]`.

The finished day and the bare handlers answer in this process, without a socket, and the CPU time of
all its threads is divided by the requests; PostgreSQL and Redis are not in it. Each further row
leaves something out: what it saves is what that costs. With `--calls` it counts calls of functions
in the place of time: a busy machine changes no such number.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import fastapi.dependencies.utils as fastapi_dependencies
from fastapi import FastAPI

from checks.bench.backend.meters import Calls, CpuTime, Meter
from checks.bench.backend.remedies import columns_for_objects, without_total
from checks.bench.backend.rows import grow
from checks.errors import CourseError
from checks.notebooks.lab import Lab
from checks.services.temporary_folders import temporary_folder

DAY, EVENTS = "day7-deployment", 2_000
# FastAPI does not say that its module has it, so mypy would not know the name.
THREADS = "run_in_threadpool"
LIST, DETAIL = "/api/v1/events/", "/api/v1/events/77"
PAGE = "/api/v2/events/?page_size=100"


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


def measure_queries(meter: Meter, day: ModuleType, app: FastAPI) -> None:
    """The lists without objects, and v2's without its second statement."""
    for name, path in (("list", LIST), ("v2's page of 100", PAGE)):
        answer = meter.ask(app, path)
        with columns_for_objects(day):
            if meter.ask(app, path) != answer:
                raise CourseError(f"GET {path} answers otherwise with columns: that is no remedy")
            meter.show(f"{name}, columns in the place of objects", app, path)
    with without_total(day):
        meter.show("v2's page of 100, without its total", app, PAGE)


def measure_day(meter: Meter, day: ModuleType) -> None:
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
        meter.show(name, app, path)
        with page_without_a_thread():
            meter.show("  page numbers without a thread", app, path)
    measure_queries(meter, day, uncached)
    for name, app, path in rows:
        stripped = without_middleware(app, "Prometheus")
        meter.show(f"{name}, without counting requests", stripped, path)
    engine = uncached.state.sessions.kw["bind"]
    uncached.state.sessions.configure(bind=engine.execution_options(isolation_level="AUTOCOMMIT"))
    for name, app, path in rows[1:]:
        meter.show(f"{name}, without BEGIN and ROLLBACK too", app, path)
    engine.pool._pre_ping = False  # noqa: SLF001
    for name, app, path in rows[1:]:
        meter.show(f"{name}, without the pool's ping too", app, path)


def measure_bare(meter: Meter) -> None:
    """The bare handlers: ready bytes, the list, one event."""
    from checks.bench.backend import bare_app  # reads BENCH_BODY

    for path in ("/bytes", "/bytes-in-a-thread", "/events", "/events/77"):
        meter.show(f"bare {path}", bare_app.app, path)


def main() -> int:
    """Print the rows."""
    calls = Calls() if "--calls" in sys.argv else None  # before any thread begins
    lab = Lab(DAY)
    os.environ |= {"LOG_FORMAT": "json", "LOG_LEVEL": "INFO"}
    grow(os.environ["DATABASE_URL"].replace("+psycopg", ""), EVENTS)
    day = lab.load(DAY)
    meter = Meter(asyncio.new_event_loop(), calls or CpuTime())
    plain = day.main.create_app(day.core.config.Settings(cache_enabled=False))
    hide_log()
    with temporary_folder("cpu") as scratch:
        body = Path(scratch) / "list.json"
        body.write_bytes(meter.ask(plain, LIST))
        os.environ["BENCH_BODY"] = str(body)
        measure_bare(meter)
    measure_day(meter, day)
    return 0


if __name__ == "__main__":
    sys.exit(main())
