"""What Prometheus would know of an app in some situations, made of one scrape of the app itself.

The series are the app's own, with its own names of labels; a situation says how they grow. To each
Prometheus adds the labels `job` and `instance`, and a series `up`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from checks.harness.artefacts.prometheus_text import Sample
from checks.harness.artefacts.promql_evaluation import Series

JOB = {"job": "eventure", "instance": "app:8000"}
STATUS = re.compile(r"[1-5](\d\d|xx)")
PER_SECOND, RARE = 10.0, 0.001
# Seconds between two moments of a situation that changes, and the moments of its first hour.
STEP, HOUR = 120.0, 3600.0


@dataclass(frozen=True)
class Scrape:
    """One scrape, and the names of three of its metrics: requests, their duration, reports made."""

    samples: Sequence[Sample]
    requests: str
    seconds: str
    reports: str

    def situation(
        self,
        *,
        failing: float = 0.0,
        seconds: float = 0.02,
        reports: float = 1.0,
        per_second: float = PER_SECOND,
    ) -> list[Series]:
        """So large a share of the requests fails, each takes so many seconds; reports are made.

        `per_second` is how many requests there are.

        All kinds of requests of the scrape go on coming, and every other counter grows.
        """
        found = [sample for sample in self.samples if sample.name == self.requests]
        failed = sum(_is_of_status(sample, "5") for sample in found)
        shares = {True: failing / failed, False: (1 - failing) / (len(found) - failed)}

        def growth(sample: Sample) -> float:
            if sample.name == self.requests:
                return per_second * shares[_is_of_status(sample, "5")]
            if sample.name.startswith(f"{self.seconds}_"):
                return _histogram_growth(sample, seconds, per_second)
            return reports if sample.name == self.reports else 1.0

        return self._growing(growth)

    def quiet(self) -> list[Series]:
        """The app answers the scraper, and nobody asks for anything else."""
        return self._growing(lambda _: 0.0)

    def rare_failure(self) -> list[Series]:
        """All is well, but for a route that always fails, once in a quarter of an hour."""
        well = self.situation()
        requests = [each for each in well if each.name == self.requests]
        failing = {_route(each) for each in requests if _is_of_status(each, "5")}

        def growth(each: Series) -> float:
            if each.name != self.requests or _route(each) not in failing:
                return each.growth
            return RARE if _is_of_status(each, "5") else 0.0

        return [replace(each, growth=growth(each)) for each in well]

    def without_reports(self) -> list[Series]:
        """All is well, and nobody wants a report: there are requests, and nothing else happens."""
        names = (self.requests, f"{self.seconds}_")
        return [
            each if _is_about_requests(each, names) else replace(each, growth=0.0)
            for each in self.situation()
        ]

    def first_reports(self, at_start: Sequence[Sample]) -> list[list[Series]]:
        """The first hour since each kind of request came for the first time; no report is made.

        One moment every STEP seconds. A series that an app does not have at its start has had its
        value since then: it has not grown. What the app has from the start grows, as in every other
        situation.
        """
        known = {(each.name, frozenset(each.labels.items())) for each in at_start}

        def aged(each: Series, age: float) -> Series:
            own = frozenset((name, value) for name, value in each.labels.items() if name not in JOB)
            is_new = each.name != "up" and (each.name, own) not in known
            return replace(each, growth=0.0, age=age) if is_new else each

        series = self.situation(reports=0.0)
        ages = [STEP * number for number in range(1, int(HOUR / STEP) + 1)]
        return [[aged(each, age) for each in series] for age in ages]

    def down(self) -> list[Series]:
        """Nobody answers the scraper: there is `up`, and nothing else."""
        return [_up(0)]

    def _growing(self, growth: Callable[[Sample], float]) -> list[Series]:
        return [
            _up(1),
            *(Series(s.name, {**s.labels, **JOB}, s.value, growth(s)) for s in self.samples),
        ]


def gone() -> list[Series]:
    """Prometheus has no such target any more."""
    return []


def bounds(samples: Sequence[Sample], name: str) -> list[float]:
    """The upper bounds of a histogram's buckets, in order."""
    found = {float(s.labels["le"]) for s in samples if s.name == f"{name}_bucket"}
    return sorted(found)


def _is_of_status(sample: Sample | Series, first: str) -> bool:
    values = sample.labels.values()
    return any(STATUS.fullmatch(value) and value.startswith(first) for value in values)


def _route(series: Series) -> frozenset[str]:
    """The label that is a path, whatever it is called: all methods of a route have it."""
    return frozenset(value for value in series.labels.values() if value.startswith("/"))


def _histogram_growth(sample: Sample, seconds: float, per_second: float) -> float:
    if "le" in sample.labels:
        return per_second if seconds <= float(sample.labels["le"]) else 0.0
    return per_second * seconds if sample.name.endswith("_sum") else per_second


def _is_about_requests(series: Series, names: Sequence[str]) -> bool:
    """Whether it counts requests, and none for a report."""
    is_counting = series.name.startswith(tuple(names))
    return is_counting and not any("report" in value for value in series.labels.values())


def _up(value: float) -> Series:
    return Series("up", JOB, value)
