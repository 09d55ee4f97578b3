"""What a request costs while the tables double: its statements, and its time alone on the app."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import httpx2

from checks.bench.backend.rows import grow
from checks.bench.backend.servers import Served
from checks.services.statements import TRANSACTION_ENDS

SIZES = (10_000, 20_000, 40_000, 80_000, 160_000)
TIMES = 20
# Each with a hundred events; none of them comes from the cache.
REQUESTS = {
    "GET /api/v1/events/": "/api/v1/events/",
    "GET /api/v2/events/?page_size=100": "/api/v2/events/?page_size=100",
    "GET /api/v2/events/?page_size=100&page=50": "/api/v2/events/?page_size=100&page=50",
    "GET /api/v1/events/{id}": "/api/v1/events/77",
    "GET /api/v1/events/{id}/statistics": "/api/v1/events/77/statistics",
}


@dataclass(frozen=True)
class Cost:
    """Of one request with so many events: statements, and the median milliseconds of `TIMES`."""

    events: int
    request: str
    statements: int
    milliseconds: float


def measure_growth(served: Served, sizes: Sequence[int] = SIZES) -> list[Cost]:
    """The costs of every request at every size; the tables stay as large as the last one."""
    costs = []
    with httpx2.Client(base_url=served.uncached, timeout=30) as client:
        for events in sizes:
            grow(served.dsn, events)
            costs += [_cost(served, client, events, *each) for each in REQUESTS.items()]
    return costs


def _cost(served: Served, client: httpx2.Client, events: int, name: str, path: str) -> Cost:
    def ask() -> None:
        client.get(path).raise_for_status()

    ask()
    mark = served.statements.mark()
    ask()
    seen = served.statements.since(mark)
    sent = [each for each in seen if each.strip().lower() not in TRANSACTION_ENDS]
    return Cost(events, name, len(sent), statistics.median(_milliseconds(ask)))


def _milliseconds(ask: Callable[[], None]) -> list[float]:
    times = []
    for _ in range(TIMES):
        started = time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1000)
    return times


def by_request(costs: Sequence[Cost]) -> Mapping[str, list[Cost]]:
    """The costs of each request, from the smallest table to the largest."""
    rows: dict[str, list[Cost]] = {}
    for cost in costs:
        rows.setdefault(cost.request, []).append(cost)
    return rows
