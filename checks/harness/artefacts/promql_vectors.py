"""Calculating with vectors of Prometheus' language: a value for each set of labels.

Operators, set operations, which series have something in common, and quantiles of histograms.
https://prometheus.io/docs/prometheus/latest/querying/operators/
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping

import promql_parser as promql

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
Value = Vector | float


class Refused(AssertionError):
    """Prometheus would refuse the expression."""


class NotEvaluated(AssertionError):
    """The expression uses what this module does not know."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the tests do not evaluate {what}; the statement names what they do")


def histogram_quantile(quantile: float, buckets: Vector) -> Vector:
    """As Prometheus interpolates; without `le` on the series there is no result at all."""
    groups: dict[Labels, list[tuple[float, float]]] = {}
    for labels, count in buckets.items():
        bound = dict(labels).get("le")
        if bound is not None:
            key = project(labels, frozenset({"le"}), keep=False)
            groups.setdefault(key, []).append((float(bound), count))
    return {key: _interpolated(quantile, sorted(group)) for key, group in groups.items()}


def _interpolated(quantile: float, buckets: list[tuple[float, float]]) -> float:
    total = buckets[-1][1]
    if len(buckets) < 2 or buckets[-1][0] != math.inf or not total:
        return math.nan
    rank, lower, below = quantile * total, 0.0, 0.0
    for bound, count in buckets:
        if count >= rank:
            if bound == math.inf:
                return lower
            return lower + (bound - lower) * (rank - below) / ((count - below) or 1.0)
        lower, below = bound, count
    return math.nan


def operator_of(op: str, *, returns_bool: bool) -> Callable[[float, float], float | None]:
    """Two numbers to one; a comparison gives the left one, or None, which drops the series."""
    if op in COMPARISONS:
        compare = COMPARISONS[op]
        if returns_bool:
            return lambda a, b: float(compare(a, b))
        return lambda a, b: a if compare(a, b) else None
    if op == "/":
        return lambda a, b: a / b if b else (math.nan if not a or math.isnan(a) else math.inf)
    if op == "%":
        return lambda a, b: math.fmod(a, b) if b and math.isfinite(a) else math.nan
    known = {"+": operator.add, "-": operator.sub, "*": operator.mul, "^": operator.pow}
    known["atan2"] = math.atan2
    if op not in known:
        raise NotEvaluated(op)
    return known[op]


def set_operation(
    op: str, left: Value, right: Value, modifier: promql.BinModifier | None
) -> Vector:
    """`and`, `or`, `unless`. Raises Refused for a number."""
    if not isinstance(left, dict) or not isinstance(right, dict):
        raise Refused(f"`{op}` stands between vectors")
    keys = {matching_key(each, modifier) for each in right}
    if op == "and":
        return {e: value for e, value in left.items() if matching_key(e, modifier) in keys}
    if op == "unless":
        return {
            each: value for each, value in left.items() if matching_key(each, modifier) not in keys
        }
    known = {matching_key(each, modifier) for each in left}
    return left | {e: value for e, value in right.items() if matching_key(e, modifier) not in known}


def matching_key(labels: Labels, modifier: promql.BinModifier | None) -> Labels:
    """What two series have to have in common."""
    matching = modifier.matching if modifier else None
    if matching is None:
        return labels
    on = matching.type == promql.LabelModifierType.Include
    return project(labels, frozenset(matching.labels), keep=on)


def project(labels: Labels, names: frozenset[str], *, keep: bool) -> Labels:
    """Only these labels, or all but these."""
    return frozenset(pair for pair in labels if (pair[0] in names) is keep)


def map_values(value: Value, function: Callable[[float], float]) -> Value:
    """The function of a number, or of each value of a vector."""
    if isinstance(value, dict):
        return {labels: float(function(each)) for labels, each in value.items()}
    return float(function(value))


def map_kept(value: Value, function: Callable[[float], float | None]) -> Value:
    """The same; a series whose result is None is dropped."""
    if isinstance(value, dict):
        return without_none((labels, function(each)) for labels, each in value.items())
    return function(value) or 0.0


def filtered_from_right(
    calculate: Callable[[float, float], float | None], left: float, right: float, filters: bool
) -> float | None:
    """A comparison that filters keeps the vector's value, on whichever side it stands."""
    result = calculate(left, right)
    return right if filters and result is not None else result


def without_none(pairs: Iterable[tuple[Labels, float | None]]) -> Vector:
    """A vector of the series that have a value."""
    return {labels: value for labels, value in pairs if value is not None}
