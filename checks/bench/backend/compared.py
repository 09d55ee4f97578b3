"""What the finished backend is compared with; docs/en/speed.md says where each goal comes from.

Everything runs on the loopback, on a database and a Redis of its own, one worker each; both halves
of a pair are loaded in turns, so the load of the machine changes both.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checks.bench.backend.pairs import Address, Comparison, Pair, compare
from checks.bench.backend.servers import Served, serve_backend
from checks.bench.backend.template import serve_template
from checks.course.course import load_course

EVENTS = 20_000
PAGE = "/api/v2/events/?page_size=100&page="


def backend_pairs(served: Served) -> list[Pair]:
    """The pairs that need nothing beside the workbook."""
    cached, uncached, bare = served.cached, served.uncached, served.bare
    hit = Address("v1's list, cached", f"{cached}/api/v1/events/")
    statistics = "/api/v1/events/77/statistics"
    return [
        Pair("cached-list", hit, Address("ready bytes, bare", f"{bare}/bytes"), 0.5),
        Pair(
            "cached-list-def",
            hit,
            Address("ready bytes, bare, def", f"{bare}/bytes-in-a-thread"),
        ),
        Pair(
            "uncached-list",
            Address("v1's list, uncached", f"{uncached}/api/v1/events/"),
            Address("the same query, bare", f"{bare}/events"),
            0.6,
        ),
        Pair(
            "detail",
            Address("one event", f"{uncached}/api/v1/events/77"),
            Address("one event, bare", f"{bare}/events/77"),
            0.6,
        ),
        Pair(
            "deep-page",
            Address("v2's page 200", f"{uncached}{PAGE}200"),
            Address("v2's page 1", f"{uncached}{PAGE}1"),
            0.5,
        ),
        Pair(
            "cached-statistics",
            Address("statistics, cached", f"{cached}{statistics}"),
            Address("statistics, uncached", f"{uncached}{statistics}"),
        ),
    ]


@contextmanager
def template_pairs(served: Served, clone: Path | None) -> Iterator[list[Pair]]:
    """The pair with the public template; none where no clone of it was named."""
    if clone is None:
        yield []
        return
    ours = Address("v2's page of 100, uncached", f"{served.uncached}{PAGE}1")
    with serve_template(clone, EVENTS) as theirs:
        yield [Pair("template", ours, theirs, 1.0)]


def compare_backend(
    root: Path, clone: Path | None, rounds: int, seconds: float
) -> list[Comparison]:
    """Load every pair. Raises CourseError when an app does not start, or refuses."""
    with (
        serve_backend(root, last_day(root), EVENTS) as served,
        template_pairs(served, clone) as further,
    ):
        return compare([*backend_pairs(served), *further], rounds, seconds)


def last_day(root: Path) -> str:
    """The folder of the day that is compared."""
    return load_course(root, tree="solutions").days[-1].folder
