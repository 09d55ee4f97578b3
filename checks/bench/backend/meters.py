"""Two measures of a request in this process: CPU time, and calls, which no other work changes."""

import asyncio
import statistics
import sys
import threading
import time
from dataclasses import dataclass
from types import FrameType
from typing import Any

from fastapi import FastAPI

from checks.errors import CourseError

REQUESTS, ROUNDS, AT_ONCE = 160, 3, 8
COUNTED = 3


async def ask(app: FastAPI, path: str) -> bytes:
    """The body of one request. CourseError when the answer is no 200."""
    parts: list[dict[str, Any]] = []
    path, _, query = path.partition("?")

    async def send(message: Any) -> None:
        parts.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "http_version": "1.1",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
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


class CpuTime:
    """The CPU time of all threads: the median of the rounds, after a warm-up."""

    unit = "us"

    def of(self, loop: asyncio.AbstractEventLoop, app: FastAPI, path: str) -> float:
        """Microseconds a request."""
        loop.run_until_complete(ask_many(app, path))
        seen = []
        for _ in range(ROUNDS):
            started = time.process_time()
            loop.run_until_complete(ask_many(app, path))
            seen.append((time.process_time() - started) / REQUESTS * 1e6)
        return statistics.median(seen)


class Calls:
    """The calls of functions, Python's and C's, in all threads that begin after this was made."""

    unit = "calls"

    def __init__(self) -> None:
        self._calls, self._counts = 0, False
        threading.setprofile(self._tally)

    def _tally(self, _frame: FrameType, event: str, _argument: object) -> None:
        if self._counts and event in ("call", "c_call"):
            self._calls += 1

    def of(self, loop: asyncio.AbstractEventLoop, app: FastAPI, path: str) -> float:
        """Calls a request, after as many that warm up."""
        self._ask(loop, app, path)
        self._calls, self._counts = 0, True
        sys.setprofile(self._tally)
        try:
            self._ask(loop, app, path)
        finally:
            sys.setprofile(None)
            self._counts = False
        return self._calls / COUNTED

    def _ask(self, loop: asyncio.AbstractEventLoop, app: FastAPI, path: str) -> None:
        for _ in range(COUNTED):
            loop.run_until_complete(ask(app, path))


@dataclass(frozen=True)
class Meter:
    """Prints a row for each app and path that it is shown."""

    loop: asyncio.AbstractEventLoop
    measure: CpuTime | Calls

    def ask(self, app: FastAPI, path: str) -> bytes:
        return self.loop.run_until_complete(ask(app, path))

    def show(self, name: str, app: FastAPI, path: str) -> None:
        """Print what a request takes."""
        seen = self.measure.of(self.loop, app, path)
        print(f"{name:<52}{seen:8.0f} {self.measure.unit}", flush=True)
