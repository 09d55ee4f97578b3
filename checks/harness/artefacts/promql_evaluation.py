"""What an expression of Prometheus' language gives for series that grow evenly.

Each series has a value and a growth per second, the same for hours; so a rate is its growth,
whatever the range, as long as that holds two scrapes. A series is there since some time: before
that, at an `offset`, it has no value. That is enough to see whether an alert fires when something
is wrong, and is silent otherwise. https://prometheus.io/docs/prometheus/latest/querying/operators/
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import promql_parser as promql

from checks.harness.artefacts.promql import grouping, is_choice, matches
from checks.harness.artefacts.promql_vectors import (
    COMPARISONS,
    Labels,
    NotEvaluated,
    Refused,
    Value,
    Vector,
    filtered_from_right,
    histogram_quantile,
    map_kept,
    map_values,
    matching_key,
    operator_of,
    project,
    set_operation,
    without_none,
)

NAME = "__name__"
DAY = 86_400.0
# A series of two samples has a growth, and one sample is taken every 15 s.
SHORTEST_RANGE = 30.0
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
    """One series: its value now, by how much it grows in a second, and its age in seconds."""

    name: str
    labels: Mapping[str, str]
    value: float
    growth: float = 0.0
    age: float = DAY

    @property
    def key(self) -> Labels:
        """Its labels, as a vector has them."""
        return frozenset(self.labels.items())


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
            return map_values(self.value(node.expr), operator.neg)
        return self._vector_or_number(node)

    def _vector_or_number(self, node: promql.Expr) -> Value:
        if isinstance(node, promql.VectorSelector):
            return {each.key: each.value for each in self._selected(node)}
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
        before = node.offset.total_seconds() if node.offset else 0.0
        return [
            each
            for each in self.series
            if (node.name or each.name) == each.name
            and before < each.age
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
            return map_values(self.value(arguments[0]), lambda value: choose(value, bound))
        if name in OF_VALUES:
            return map_values(self.value(arguments[0]), OF_VALUES[name])
        raise NotEvaluated(f"{name}()")

    def _over_time(self, name: str, node: promql.Expr) -> Vector:
        if not isinstance(node, promql.MatrixSelector):
            raise NotEvaluated("a subquery")
        seconds = node.range.total_seconds() if name == "increase" else 1.0
        selected = self._selected(node.vector_selector)
        if name in OF_GAUGES:
            return {each.key: each.value for each in selected}
        if node.range.total_seconds() < SHORTEST_RANGE:
            return {}
        return {each.key: each.growth * seconds for each in selected}

    def _aggregate(self, node: promql.AggregateExpr) -> Vector:
        vector, name = self.vector(node.expr), str(node.op)
        if is_choice(node):
            return vector
        if name not in AGGREGATIONS:
            raise NotEvaluated(f"{name}()")
        by, labels = grouping(node)
        groups: dict[Labels, list[float]] = {}
        for each, value in vector.items():
            groups.setdefault(project(each, labels, keep=by), []).append(value)
        return {key: float(AGGREGATIONS[name](values)) for key, values in groups.items()}

    def _binary(self, node: promql.BinaryExpr) -> Value:
        left, right, op = self.value(node.lhs), self.value(node.rhs), str(node.op)
        if op in {"and", "or", "unless"}:
            return set_operation(op, left, right, node.modifier)
        returns_bool = node.modifier is not None and node.modifier.return_bool
        calculate = operator_of(op, returns_bool=returns_bool)
        if not isinstance(right, dict):
            return map_kept(left, lambda value: calculate(value, right))
        if not isinstance(left, dict):
            filters = op in COMPARISONS and not returns_bool
            return map_kept(
                right, lambda value: filtered_from_right(calculate, left, value, filters)
            )
        partners = {matching_key(each, node.modifier): value for each, value in right.items()}
        pairs = ((each, matching_key(each, node.modifier), value) for each, value in left.items())
        return without_none(
            (each, calculate(v, partners[k])) for each, k, v in pairs if k in partners
        )
