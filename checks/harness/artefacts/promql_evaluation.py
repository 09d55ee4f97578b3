"""What an expression of Prometheus' language gives for series that grow evenly.

Each series has a value and a growth per second, the same for hours; so a rate is its growth,
whatever the range. That is enough to see whether an alert fires when something is wrong, and is
silent otherwise. https://prometheus.io/docs/prometheus/latest/querying/operators/
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import promql_parser as promql

from checks.harness.artefacts.promql import grouping, is_choice, matches

NAME = "__name__"
COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
AGGREGATIONS: Mapping[str, Callable[[list[float]], float]] = {
    "sum": sum,
    "avg": lambda values: sum(values) / len(values),
    "min": min,
    "max": max,
    "count": len,
    "group": lambda _: 1.0,
}
OF_GAUGES = frozenset(
    {"avg_over_time", "max_over_time", "min_over_time", "last_over_time", "quantile_over_time"}
)
OF_VALUES: Mapping[str, Callable[[float], float]] = {
    "abs": abs,
    "ceil": math.ceil,
    "floor": math.floor,
    "round": round,
}


@dataclass(frozen=True)
class Series:
    """One series: its value now, and by how much it grows in a second."""

    name: str
    labels: Mapping[str, str]
    value: float
    growth: float = 0.0


Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
Value = Vector | float


class Refused(AssertionError):
    """Prometheus would refuse the expression."""


class NotEvaluated(AssertionError):
    """The expression uses what this module does not know."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the tests do not evaluate {what}; the statement names what they do")


def evaluate(node: promql.Expr, series: Iterable[Series]) -> Value:
    """The value of an expression: a vector by labels, or a number.

    Raises NotEvaluated and Refused.
    """
    return _Evaluation(tuple(series)).value(node)


def fires(node: promql.Expr, series: Iterable[Series]) -> bool:
    """Whether an alert with this expression is pending or firing. Raises as `evaluate` does."""
    value = evaluate(node, series)
    return isinstance(value, dict) and bool(value)


class _Evaluation:
    def __init__(self, series: tuple[Series, ...]) -> None:
        self.series = series

    def value(self, node: promql.Expr) -> Value:
        if isinstance(node, promql.NumberLiteral):
            return float(node.val)
        if isinstance(node, promql.ParenExpr):
            return self.value(node.expr)
        if isinstance(node, promql.UnaryExpr):
            return _each(self.value(node.expr), operator.neg)
        return self._vector_or_number(node)

    def _vector_or_number(self, node: promql.Expr) -> Value:
        if isinstance(node, promql.VectorSelector):
            return {_labels(each): each.value for each in self._selected(node)}
        if isinstance(node, promql.AggregateExpr):
            return self._aggregate(node)
        if isinstance(node, promql.BinaryExpr):
            return self._binary(node)
        if isinstance(node, promql.Call):
            return self._call(node)
        raise NotEvaluated(type(node).__name__)

    def vector(self, node: promql.Expr) -> Vector:
        value = self.value(node)
        if not isinstance(value, dict):
            raise Refused("a number stands where a vector is needed")
        return value

    def _selected(self, node: promql.VectorSelector) -> list[Series]:
        matchers = node.matchers.matchers
        return [
            each
            for each in self.series
            if (node.name or each.name) == each.name
            and all(matches(m, {**each.labels, NAME: each.name}) for m in matchers)
        ]

    def _call(self, node: promql.Call) -> Value:
        name, arguments = node.func.name, node.args
        if name in {"rate", "irate", "increase"} or name in OF_GAUGES:
            return self._over_time(name, arguments[-1])
        if name in {"absent", "absent_over_time"}:
            inner = arguments[0]
            found = self._selected(inner.vector_selector) if name.endswith("time") else None
            is_there = found if found is not None else self.vector(inner)
            return {} if is_there else {frozenset(): 1.0}
        if name == "histogram_quantile":
            quantile = self.value(arguments[0])
            assert isinstance(quantile, float)
            return histogram_quantile(quantile, self.vector(arguments[1]))
        if name == "vector":
            number = self.value(arguments[0])
            return {frozenset(): number} if isinstance(number, float) else number
        if name in {"clamp_min", "clamp_max"}:
            bound = self.value(arguments[1])
            assert isinstance(bound, float)
            choose = max if name == "clamp_min" else min
            return _each(self.value(arguments[0]), lambda value: choose(value, bound))
        if name in OF_VALUES:
            return _each(self.value(arguments[0]), OF_VALUES[name])
        raise NotEvaluated(f"{name}()")

    def _over_time(self, name: str, node: promql.Expr) -> Vector:
        if not isinstance(node, promql.MatrixSelector):
            raise NotEvaluated("a subquery")
        seconds = node.range.total_seconds() if name == "increase" else 1.0
        selected = self._selected(node.vector_selector)
        if name in OF_GAUGES:
            return {_labels(each): each.value for each in selected}
        return {_labels(each): each.growth * seconds for each in selected}

    def _aggregate(self, node: promql.AggregateExpr) -> Vector:
        vector, name = self.vector(node.expr), str(node.op)
        if is_choice(node):
            return vector
        if name not in AGGREGATIONS:
            raise NotEvaluated(f"{name}()")
        by, labels = grouping(node)
        groups: dict[Labels, list[float]] = {}
        for each, value in vector.items():
            groups.setdefault(_projected(each, labels, keep=by), []).append(value)
        return {key: float(AGGREGATIONS[name](values)) for key, values in groups.items()}

    def _binary(self, node: promql.BinaryExpr) -> Value:
        left, right, op = self.value(node.lhs), self.value(node.rhs), str(node.op)
        if op in {"and", "or", "unless"}:
            return _set_operation(op, left, right, node.modifier)
        returns_bool = node.modifier is not None and node.modifier.return_bool
        calculate = _calculation(op, returns_bool=returns_bool)
        if not isinstance(right, dict):
            return _each_kept(left, lambda value: calculate(value, right))
        if not isinstance(left, dict):
            filters = op in COMPARISONS and not returns_bool
            return _each_kept(right, lambda value: _from_right(calculate, left, value, filters))
        partners = {_key(each, node.modifier): value for each, value in right.items()}
        pairs = ((each, _key(each, node.modifier), value) for each, value in left.items())
        return _kept((each, calculate(v, partners[k])) for each, k, v in pairs if k in partners)


def histogram_quantile(quantile: float, buckets: Vector) -> Vector:
    """As Prometheus interpolates; without `le` on the series there is no result at all."""
    groups: dict[Labels, list[tuple[float, float]]] = {}
    for labels, count in buckets.items():
        bound = dict(labels).get("le")
        if bound is not None:
            key = _projected(labels, frozenset({"le"}), keep=False)
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


def _calculation(op: str, *, returns_bool: bool) -> Callable[[float, float], float | None]:
    """Two numbers to one; a comparison gives the left one, or None, which drops the series."""
    if op in COMPARISONS:
        compare = COMPARISONS[op]
        if returns_bool:
            return lambda a, b: float(compare(a, b))
        return lambda a, b: a if compare(a, b) else None
    if op == "/":
        return lambda a, b: a / b if b else (math.nan if not a or math.isnan(a) else math.inf)
    known = {"+": operator.add, "-": operator.sub, "*": operator.mul, "^": operator.pow}
    if op not in known:
        raise NotEvaluated(op)
    return known[op]


def _set_operation(
    op: str, left: Value, right: Value, modifier: promql.BinModifier | None
) -> Vector:
    if not isinstance(left, dict) or not isinstance(right, dict):
        raise Refused(f"`{op}` stands between vectors")
    keys = {_key(each, modifier) for each in right}
    if op == "and":
        return {each: value for each, value in left.items() if _key(each, modifier) in keys}
    if op == "unless":
        return {each: value for each, value in left.items() if _key(each, modifier) not in keys}
    known = {_key(each, modifier) for each in left}
    return left | {e: value for e, value in right.items() if _key(e, modifier) not in known}


def _key(labels: Labels, modifier: promql.BinModifier | None) -> Labels:
    """What two series have to have in common."""
    matching = modifier.matching if modifier else None
    if matching is None:
        return labels
    on = matching.type == promql.LabelModifierType.Include
    return _projected(labels, frozenset(matching.labels), keep=on)


def _projected(labels: Labels, names: frozenset[str], *, keep: bool) -> Labels:
    return frozenset(pair for pair in labels if (pair[0] in names) is keep)


def _labels(series: Series) -> Labels:
    return frozenset(series.labels.items())


def _each(value: Value, function: Callable[[float], float]) -> Value:
    if isinstance(value, dict):
        return {labels: float(function(each)) for labels, each in value.items()}
    return float(function(value))


def _each_kept(value: Value, function: Callable[[float], float | None]) -> Value:
    if isinstance(value, dict):
        return _kept((labels, function(each)) for labels, each in value.items())
    return function(value) or 0.0


def _from_right(
    calculate: Callable[[float, float], float | None], left: float, right: float, filters: bool
) -> float | None:
    """A comparison that filters keeps the vector's value, on whichever side it stands."""
    result = calculate(left, right)
    return right if filters and result is not None else result


def _kept(pairs: Iterable[tuple[Labels, float | None]]) -> Vector:
    return {labels: value for labels, value in pairs if value is not None}
