"""Parts of a measurement within a limit of time: none begins that would not end in it."""

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from checks.bench.backend.growth import Cost
from checks.bench.backend.pairs import Comparison
from checks.errors import CourseError


@dataclass
class Results:
    """What was measured, and a line for each part that was not."""

    comparisons: list[Comparison] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """Something to measure; `seconds` is what it takes on two quiet cores."""

    name: str
    seconds: float
    measure: Callable[[Results], None]


def measure_parts(
    parts: Iterable[Part], limit: float, clock: Callable[[], float] = time.monotonic
) -> Results:
    """Measure the parts in their order, in `limit` seconds at most.

    A machine on which the earlier parts took twice their time is expected to take twice that of the
    next one. A part that would not end in time, or raises CourseError, is left out and named. After
    Ctrl-C the results are those of the parts before.
    """
    results = Results()
    started, expected, spent = clock(), 0.0, 0.0
    for part in parts:
        slowness = max(1.0, spent / expected) if expected else 1.0
        begun = clock()
        if begun - started + part.seconds * slowness > limit:
            results.left_out.append(f"{part.name}: it would not end within {limit / 60:g} minutes")
            continue
        print(f"{part.name} …", file=sys.stderr, flush=True)
        try:
            part.measure(results)
        except CourseError as error:
            results.left_out.append(f"{part.name}: {error}")
            print(f"  left out: {error}", file=sys.stderr, flush=True)
        except KeyboardInterrupt:
            results.left_out.append(f"{part.name} and what comes after it: interrupted")
            break
        expected, spent = expected + part.seconds, spent + clock() - begun
    return results
