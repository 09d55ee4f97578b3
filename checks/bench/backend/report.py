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
from checks.bench.backend.pairs import RATE, Comparison
from checks.files import write_file

RESULTS = Path("bench/results.json")
WORDS = {True: "met", False: "missed"}


def as_results(
    comparisons: Sequence[Comparison], costs: Sequence[Cost], left_out: Sequence[str] = ()
) -> dict[str, Any]:
    """What bench/results.json holds: a pair's numbers in its unit, growth in milliseconds."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cpus": os.cpu_count(), "load_average": os.getloadavg()[0]},
        "python": platform.python_version(),
        "client": program(),
        "pairs": [_pair(each) for each in comparisons],
        "growth": [asdict(cost) for cost in costs],
        "left_out": list(left_out),
    }


def _pair(comparison: Comparison) -> dict[str, Any]:
    pair = comparison.pair
    return {
        "key": pair.key,
        "unit": pair.unit,
        "first": {"name": pair.first.name, "seen": comparison.first},
        "second": {"name": pair.second.name, "seen": comparison.second},
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
    """Two lines for each pair: its numbers; the ratio and the goal stand beside the first."""
    lines = [f"{'':<46}{'unit':<6}{'median':>8}{'from':>8}{'to':>8}   ratio  (from-to)     goal"]
    for each in comparisons:
        unit = each.pair.unit
        spread = f"({min(each.ratios):.2f}-{max(each.ratios):.2f})"
        first = _numbers(each.pair.first.name, unit, each.first)
        lines.append(f"{first}{each.ratio:8.2f}  {spread:<13} {_goal(each)}".rstrip())
        lines.append(_numbers(f"  against {each.pair.second.name}", unit, each.second))
    return "\n".join(lines)


def _goal(comparison: Comparison) -> str:
    pair = comparison.pair
    if pair.goal is None:
        return "-"
    sign = ">=" if pair.unit == RATE else "<="
    return f"{sign} {pair.goal:g} {WORDS[bool(comparison.is_met)]}"


def _numbers(name: str, unit: str, seen: Sequence[float]) -> str:
    digits = 0 if unit == RATE else 2
    parts = (statistics.median(seen), min(seen), max(seen))
    return f"{name:<46}{unit:<6}" + "".join(f"{part:8.{digits}f}" for part in parts)


def growth_table(costs: Sequence[Cost]) -> str:
    """A line for each request; statements and milliseconds for each number of events."""
    rows = by_request(costs)
    sizes = sorted({cost.events for cost in costs})
    lines = [f"{'statements, milliseconds':<46}" + "".join(f"{size:>12,}" for size in sizes)]
    for request, row in rows.items():
        cells = (f"{cost.statements}, {cost.milliseconds:.1f}" for cost in row)
        lines.append(f"{request:<46}" + "".join(f"{cell:>12}" for cell in cells))
    return "\n".join(lines)
