"""The finished backend's speed: `python -m checks.bench.backend [--rounds N] [--seconds N]`.

Everything runs on the loopback, on a database and a Redis of its own, one worker each; both halves
of a pair are loaded in turns, so the load of the machine changes both. No test asserts a time.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checks.bench.backend.growth import SIZES, measure_growth
from checks.bench.backend.pairs import Address, Pair, compare
from checks.bench.backend.report import as_results, growth_table, pairs_table, write_results
from checks.bench.backend.servers import Served, serve_backend
from checks.bench.backend.template import serve_template
from checks.course.course import find_root, load_course
from checks.errors import CourseError

EVENTS = 20_000
PAGE = "/api/v2/events/?page_size=100&page="


def backend_pairs(served: Served) -> list[Pair]:
    """What is compared, with its goals (docs/en/speed.md says where each comes from)."""
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
        print("the public template is left out: --template names a clone of it", file=sys.stderr)
        yield []
        return
    ours = Address("v2's page of 100, uncached", f"{served.uncached}{PAGE}1")
    with serve_template(clone, EVENTS) as theirs:
        yield [Pair("template", ours, theirs, 1.0)]


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m checks.bench.backend")
    parser.add_argument("--rounds", type=int, default=7, help="of every pair, after a warm-up")
    parser.add_argument("--seconds", type=float, default=2.0, help="of load on each address")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="events in the tables")
    parser.add_argument("--template", type=Path, help="a clone of the public template")
    return parser.parse_args()


def main() -> int:
    """Print both tables and write bench/results.json; 0 whatever the goals say."""
    options = arguments()
    try:
        root = find_root()
        day = load_course(root, tree="solutions").days[-1].folder
        with (
            serve_backend(root, day, EVENTS) as served,
            template_pairs(served, options.template) as further,
        ):
            pairs = [*backend_pairs(served), *further]
            comparisons = compare(pairs, options.rounds, options.seconds)
        print(pairs_table(comparisons), end="\n\n", flush=True)
        with serve_backend(root, day, 1) as served:
            costs = measure_growth(served, options.sizes)
        print(growth_table(costs))
    except CourseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(f"\nwritten: {write_results(root, as_results(comparisons, costs)).relative_to(root)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
