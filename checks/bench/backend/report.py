"""The results as a table for a terminal and as JSON for everything else."""

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checks.bench.backend.growth import Cost, by_request
from checks.bench.backend.load import program
from checks.bench.backend.pairs import Comparison
from checks.files import write_file

RESULTS = Path("bench/results.json")
WORDS = {True: "met", False: "missed", None: "-"}


def as_results(comparisons: Sequence[Comparison], costs: Sequence[Cost]) -> dict[str, Any]:
    """What bench/results.json holds: rates in requests per second, times in milliseconds."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cpus": os.cpu_count(), "load_average": os.getloadavg()[0]},
        "python": platform.python_version(),
        "client": program(),
        "pairs": [_pair(each) for each in comparisons],
        "growth": [asdict(cost) for cost in costs],
    }


def _pair(comparison: Comparison) -> dict[str, Any]:
    pair = comparison.pair
    return {
        "key": pair.key,
        "first": {"name": pair.first.name, "rates": comparison.first},
        "second": {"name": pair.second.name, "rates": comparison.second},
        "ratio": round(comparison.ratio, 3),
        "spread": [round(each(comparison.ratios), 3) for each in (min, max)],
        "goal": pair.goal,
        "met": comparison.is_met,
    }


def write_results(root: Path, results: Mapping[str, Any]) -> Path:
    """Write bench/results.json, which git ignores; its path."""
    path = root / RESULTS
    path.parent.mkdir(exist_ok=True)
    write_file(path, (json.dumps(results, indent=2) + "\n").encode())
    return path


def pairs_table(comparisons: Sequence[Comparison]) -> str:
    """One line for each address and its rate, the ratio and the goal beside the first of a pair."""
    lines = [f"{'':<52}{'median':>8}{'from':>7}{'to':>7}   ratio  (from-to)     goal"]
    for each in comparisons:
        goal = "" if each.pair.goal is None else f">= {each.pair.goal:g} {WORDS[each.is_met]}"
        spread = f"({min(each.ratios):.2f}-{max(each.ratios):.2f})"
        rates = _rates(each.pair.first.name, each.first)
        lines.append(f"{rates}{each.ratio:8.2f}  {spread:<13} {goal}")
        lines.append(_rates(f"  against {each.pair.second.name}", each.second))
    return "\n".join(lines)


def _rates(name: str, rates: Sequence[float]) -> str:
    middle = statistics.median(rates)
    return f"{name:<52}{middle:8.0f}{min(rates):7.0f}{max(rates):7.0f}"


def growth_table(costs: Sequence[Cost]) -> str:
    """A line for each request; statements and milliseconds for each number of events."""
    rows = by_request(costs)
    sizes = sorted({cost.events for cost in costs})
    lines = [f"{'statements, milliseconds':<46}" + "".join(f"{size:>12,}" for size in sizes)]
    for request, row in rows.items():
        cells = (f"{cost.statements}, {cost.milliseconds:.1f}" for cost in row)
        lines.append(f"{request:<46}" + "".join(f"{cell:>12}" for cell in cells))
    return "\n".join(lines)
