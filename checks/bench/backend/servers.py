"""The finished day with and without its cache, and the bare handlers: one database, one Redis."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from checks.bench.backend.rows import grow
from checks.bench.served_solution import APPLICATION, uvicorn
from checks.errors import CourseError
from checks.harness.app.environment import AppEnvironment
from checks.services import StatementLog
from checks.services.temporary_folders import temporary_folder

BARE = "checks.bench.backend.bare_app:app"
LIST = "/api/v1/events/"
# As in production, where they differ from what the tests set: each request writes its line.
LIKE_PRODUCTION = {"LOG_FORMAT": "json", "LOG_LEVEL": "INFO"}
START_SECONDS = 240.0  # of a busy machine


@dataclass(frozen=True)
class Served:
    """The addresses of the running apps, and what they run on."""

    cached: str
    uncached: str
    bare: str
    dsn: str
    statements: StatementLog


@contextmanager
def serve_backend(root: Path, day: str, events: int) -> Iterator[Served]:
    """Serve the folder `day` of solutions/ on a database with `events` events, each app one worker.

    Raises CourseError when an app does not start.
    """
    folder = root / "solutions" / day
    environment = AppEnvironment(folder, contained=False)
    with ExitStack() as stack:
        stack.callback(environment.close)
        dsn = environment.services.postgres.dsn(environment.database)
        grow(dsn, events)
        settings = {**os.environ, **environment.settings(environment.database), **LIKE_PRODUCTION}
        cached = stack.enter_context(
            uvicorn(APPLICATION, folder, {**settings, "CACHE_ENABLED": "true"})
        )
        uncached = stack.enter_context(uvicorn(APPLICATION, folder, settings))
        body = stack.enter_context(temporary_folder("bench")) / "list.json"
        body.write_bytes(_ask(uncached + LIST))
        bare = stack.enter_context(_bare(root, settings, body))
        yield Served(cached, uncached, bare, dsn, environment.statement_log())


@contextmanager
def _bare(root: Path, settings: Mapping[str, str], body: Path) -> Iterator[str]:
    with uvicorn(BARE, root, {**settings, "BENCH_BODY": str(body)}, sys.executable) as url:
        yield url


def _ask(url: str) -> bytes:
    try:
        return httpx2.get(url, timeout=START_SECONDS).raise_for_status().content
    except httpx2.HTTPError as error:
        raise CourseError(f"GET {url}: {error}") from None
