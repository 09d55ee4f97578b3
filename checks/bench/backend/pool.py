"""300 requests, 100 at a time, a query of 0.3 s each: `python -m checks.bench.backend.pool`.

The finished day lets in as many requests as its pool has connections. The naive one is the same app
with the catalogue's mistake `7.4/everybody-in` and the plan's pool of 20 + 10: its requests take
the threads that the others need to give a connection back.
"""

import asyncio
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import psycopg

from checks.bench.backend.client import ask_once
from checks.bench.backend.rows import grow
from checks.bench.served_solution import APPLICATION, uvicorn
from checks.course.course import find_root, load_course
from checks.errors import CourseError
from checks.harness.app.environment import AppEnvironment
from checks.results.catalogue import apply, cases
from checks.services.temporary_folders import temporary_folder

REQUESTS, CONNECTIONS = 300, 100
QUERY_SECONDS, CLIENT_SECONDS = 0.3, 20.0
PATH = "/api/v1/events/1"
NAIVE = ("7.4", "everybody-in")
NAIVE_POOL = {"DB_POOL_SIZE": "20", "DB_MAX_OVERFLOW": "10", "DB_POOL_TIMEOUT": "30"}
# A policy is asked for each row, of the owner too where it is forced: one row, one pause.
SLOW_ROWS = f"""
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
CREATE POLICY slow ON events USING (pg_sleep({QUERY_SECONDS}) IS NOT NULL);
"""


async def ask_all(url: str) -> Counter[str]:
    """How many got which status; `none` are those that got nothing within CLIENT_SECONDS."""
    seen: Counter[str] = Counter()

    async def connection() -> None:
        for _ in range(REQUESTS // CONNECTIONS):
            try:
                status = await asyncio.wait_for(ask_once(url + PATH), CLIENT_SECONDS)
                seen[str(status)] += 1
            except (TimeoutError, OSError, asyncio.IncompleteReadError):
                seen["none"] += 1

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return seen


def naive_copy(root: Path, day: str, scratch: Path) -> Path:
    """The day's folder with the known mistake. CourseError when the catalogue has it no more."""
    task, name = NAIVE
    found = [case for case in cases(task, "mistakes") if case.id.endswith(f"/{name}")]
    if not found:
        raise CourseError(f"checks/catalogue/{task} has no {name}; name another one in {__file__}")
    tree = scratch / day
    shutil.copytree(root / "solutions" / day, tree)
    apply(found[0], tree)
    return tree


def measure(name: str, folder: Path, settings: Mapping[str, str]) -> str:
    """A row of the table: of how many requests the answer came, and after how long all was done."""
    with uvicorn(APPLICATION, folder, settings) as url:
        asyncio.run(ask_once(url + "/health/live"))
        started = time.monotonic()
        seen = asyncio.run(ask_all(url))
        seconds = time.monotonic() - started
    other = seen.total() - seen["200"] - seen["none"]
    return f"{name:<28}{seen['200']:>6}{other:>8}{seen['none']:>12}{seconds:>10.1f} s"


def main() -> int:
    """Print the table; 1 when the finished day left a request without its answer."""
    root = find_root()
    day = load_course(root, tree="solutions").days[-1].folder
    with ExitStack() as stack:
        environment = AppEnvironment(root / "solutions" / day, contained=False)
        stack.callback(environment.close)
        dsn = environment.services.postgres.dsn(environment.database)
        grow(dsn, 1)
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(SLOW_ROWS)
        naive = naive_copy(root, day, stack.enter_context(temporary_folder("pool")))
        settings = {**os.environ, **environment.settings(environment.database)}
        print(f"{'':<28}{'200':>6}{'other':>8}{'no answer':>12}{'all done':>12}", flush=True)
        finished = measure("finished, 10 + 5", root / "solutions" / day, settings)
        print(finished, flush=True)
        print(measure("everybody in, 20 + 10", naive, {**settings, **NAIVE_POOL}))
    return 0 if finished.split()[4] == str(REQUESTS) else 1


if __name__ == "__main__":
    sys.exit(main())
