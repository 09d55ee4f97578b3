"""All pairs in one run: `make bench`, or `python -m checks.bench.table [PART…]`.

The parts: `backend` and its `growth`, `loop`, `grader`, `proof`, `set-up`. The table names each
pair's median, spread, ratio and goal; `bench/results.json` has every number. The run takes ten
minutes at most: what would not end in that is left out and named. No test asserts a time.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from checks.bench.backend.compared import compare_backend, last_day
from checks.bench.backend.growth import SIZES, measure_growth
from checks.bench.backend.pairs import Comparison
from checks.bench.backend.report import as_results, growth_table, pairs_table, write_results
from checks.bench.backend.servers import serve_backend
from checks.bench.table import workbook
from checks.bench.table.schedule import Part, Results, measure_parts
from checks.course.course import find_root
from checks.errors import CourseError

MINUTES = 10.0
NO_TEMPLATE = "the public template: no clone of it is named (docs/en/speed.md)"


def _backend(root: Path, options: argparse.Namespace, results: Results) -> None:
    if options.template is None:
        results.left_out.append(NO_TEMPLATE)
    results.comparisons += compare_backend(root, options.template, options.rounds, options.seconds)


def _growth(root: Path, options: argparse.Namespace, results: Results) -> None:
    with serve_backend(root, last_day(root), 1) as served:
        results.costs += measure_growth(served, options.sizes)


def parts(root: Path, options: argparse.Namespace) -> dict[str, Part]:
    """Every part by its name, with the seconds that it takes on two quiet cores."""

    def of_workbook(name: str, seconds: float, measure: Callable[[], Comparison]) -> Part:
        return Part(name, seconds, lambda results: results.comparisons.append(measure()))

    pairs = 6 if options.template is None else 7
    loaded = pairs * 2 * (options.rounds * options.seconds + 1) + 20
    found = (
        Part("backend", loaded, partial(_backend, root, options)),
        Part("growth", 40, partial(_growth, root, options)),
        of_workbook("loop", 80, workbook.loop),
        of_workbook("grader", 40, partial(workbook.grader, root)),
        of_workbook("proof", 50, partial(workbook.proof, root)),
        of_workbook("set-up", 150, partial(workbook.set_up, root)),
    )
    return {part.name: part for part in found}


def _chosen(found: Mapping[str, Part], names: Sequence[str]) -> list[Part]:
    """The named parts, or all. Raises CourseError for a name that no part has."""
    if unknown := [name for name in names if name not in found]:
        raise CourseError(f"no part is called {unknown[0]}; there are {', '.join(found)}")
    return [found[name] for name in names or found]


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m checks.bench.table")
    parser.add_argument("part", nargs="*", help="only these parts")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="the longest run")
    parser.add_argument("--rounds", type=int, default=5, help="of a backend's pair")
    parser.add_argument("--seconds", type=float, default=2.0, help="of load on each address")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="events in the tables")
    parser.add_argument("--template", type=Path, help="a clone of the public template")
    return parser.parse_args()


def main() -> int:
    """Print the tables and write bench/results.json; 0 whatever the goals say."""
    options = arguments()
    try:
        root = find_root()
        results = measure_parts(_chosen(parts(root, options), options.part), options.minutes * 60)
    except CourseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    _print(results)
    written = as_results(results.comparisons, results.costs, results.left_out)
    print(f"\nwritten: {write_results(root, written).relative_to(root)}")
    return 0


def _print(results: Results) -> None:
    print(pairs_table(results.comparisons))
    if results.costs:
        print(f"\n{growth_table(results.costs)}")
    for line in results.left_out:
        print(f"\nleft out: {line}")


if __name__ == "__main__":
    sys.exit(main())
