"""Expressions of Prometheus' query language: parsed by promql-parser, told as plain facts.

https://prometheus.io/docs/prometheus/latest/querying/basics/
"""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

import promql_parser as promql

MAX_LENGTH = 2000
"""Of an expression: the parser recurses."""
# Grafana fills these in before it asks Prometheus.
GRAFANA_RANGES = re.compile(r"\$\{?__(rate_interval|interval|range)\}?")
GRAFANA_VARIABLES = re.compile(r"\$\{?\w+(:\w+)?\}?")
# label="$variable", and [$variable]: a value that is chosen on the dashboard, and a range.
GRAFANA_MATCHER = re.compile(r"""=~?\s*(["'])\$\{?(?P<name>\w+)(:\w+)?\}?\1""")
GRAFANA_RANGE = re.compile(r"\[\s*\$\{?(?P<name>\w+)(:\w+)?\}?\s*\]")
COUNTING_FUNCTIONS = frozenset({"rate", "increase", "irate"})
COUNTER_ENDINGS = ("_total", "_count", "_sum", "_bucket")


@dataclass(frozen=True)
class Selector:
    """`name{label="value"}[range]` in an expression, with what is done to it.

    `functions` are the functions around it, the nearest first; `kept` are the labels that each
    aggregation around it keeps (`by`) and `dropped` those that it takes away (`without`).
    """

    name: str
    matchers: tuple[promql.Matcher, ...]
    functions: tuple[str, ...]
    kept: tuple[frozenset[str], ...] = ()
    dropped: tuple[frozenset[str], ...] = ()

    @property
    def is_counter(self) -> bool:
        """By its name: a value that only grows."""
        return self.name.endswith(COUNTER_ENDINGS)

    @property
    def is_counted(self) -> bool:
        """Whether its growth is asked for and not its value."""
        return self.functions[:1] != () and self.functions[0] in COUNTING_FUNCTIONS

    def keeps(self, label: str) -> bool:
        """Whether the label is still there after every aggregation."""
        return all(label in labels for labels in self.kept) and not any(
            label in labels for labels in self.dropped
        )


def parse(text: str) -> promql.Expr:
    """The expression. Raises ValueError for a text that is none."""
    if len(text) > MAX_LENGTH:
        raise ValueError(f"an expression of more than {MAX_LENGTH} characters")
    return promql.parse(text)


def without_grafana(text: str, variables: Container[str] = ()) -> str:
    """An expression of a dashboard as Prometheus gets it: a range for `$__rate_interval`.

    A matcher with one of the dashboard's own `variables` selects every value, as with "All".
    """

    def filled(found: re.Match[str], value: str) -> str:
        return value if found["name"] in variables else found[0]

    text = GRAFANA_RANGES.sub("5m", text)
    text = GRAFANA_MATCHER.sub(lambda found: filled(found, '=~".*"'), text)
    text = GRAFANA_RANGE.sub(lambda found: filled(found, "[5m]"), text)
    return GRAFANA_VARIABLES.sub("any", text)


def selectors(expression: promql.Expr) -> Iterator[Selector]:
    """Every selector, from left to right."""
    yield from _selectors(expression, ())


def _selectors(node: promql.Expr, around: tuple[promql.Expr, ...]) -> Iterator[Selector]:
    """`around` are the nodes that the node is in, the nearest first."""
    if isinstance(node, promql.VectorSelector):
        yield _selector(node, around)
    for child in _children(node):
        yield from _selectors(child, (node, *around))


def _children(node: promql.Expr) -> Iterable[promql.Expr]:
    if isinstance(node, promql.BinaryExpr):
        return (node.lhs, node.rhs)
    if isinstance(node, promql.Call):
        return tuple(node.args)
    if isinstance(node, promql.MatrixSelector):
        return (node.vector_selector,)
    nested = (promql.AggregateExpr, promql.ParenExpr, promql.UnaryExpr, promql.SubqueryExpr)
    return (node.expr,) if isinstance(node, nested) else ()


def _selector(node: promql.VectorSelector, around: tuple[promql.Expr, ...]) -> Selector:
    # topk and bottomk choose among series and keep the labels of each
    sums = [e for e in around if isinstance(e, promql.AggregateExpr) and not is_choice(e)]
    groups = list(map(grouping, sums))
    return Selector(
        _name(node),
        tuple(node.matchers.matchers),
        tuple(each.func.name for each in around if isinstance(each, promql.Call)),
        tuple(labels for by, labels in groups if by),
        tuple(labels for by, labels in groups if not by),
    )


def grouping(node: promql.AggregateExpr) -> tuple[bool, frozenset[str]]:
    """Whether the aggregation is `by` its labels, which nothing at all is too, or `without`."""
    if node.modifier is None:
        return True, frozenset()
    by = node.modifier.type == promql.AggModifierType.By
    return by, frozenset(node.modifier.labels)


def is_choice(node: promql.AggregateExpr) -> bool:
    """Whether the aggregation chooses series instead of adding them up."""
    return str(node.op) in {"topk", "bottomk", "limitk"}


def _name(node: promql.VectorSelector) -> str:
    """The metric's name, which may stand in a matcher as well."""
    named = [each.value for each in node.matchers.matchers if each.name == "__name__"]
    return node.name or (named[0] if named else "")


def matches(matcher: promql.Matcher, labels: dict[str, str]) -> bool:
    """Whether a series with these labels is selected; a label that is missing is empty.

    Prometheus' regular expressions are anchored at both ends. Raises ValueError for one that
    Python cannot read either.
    """
    value = labels.get(matcher.name, "")
    if matcher.op == promql.MatchOp.Equal:
        return value == matcher.value
    if matcher.op == promql.MatchOp.NotEqual:
        return value != matcher.value
    try:
        found = re.fullmatch(matcher.value, value) is not None
    except re.error as error:
        raise ValueError(f"{matcher.value!r} is no regular expression: {error}") from None
    return found if matcher.op == promql.MatchOp.Re else not found
