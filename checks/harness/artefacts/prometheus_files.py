"""The learner's files for Prometheus and Grafana: alerts and panels with their expressions.

https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

import promql_parser as promql

from checks.harness.app.learner_tree import Tree
from checks.harness.app.parsing import parse
from checks.harness.artefacts.prometheus_rules import check_document, check_rule, seconds
from checks.harness.artefacts.promql import parse as parse_expression
from checks.harness.artefacts.promql import without_grafana
from checks.harness.artefacts.promql_evaluation import Series, evaluate, fires
from checks.harness.artefacts.situations import STEP
from checks.harness.artefacts.yaml_schema import load

LONGEST_WAIT = 3600.0
ROW = "row"
Mappings = Mapping[str, Any]  # Any: whatever JSON or YAML holds


@dataclass(frozen=True)
class Alert:
    """One alert: its name, how long it has to hold, its labels and its annotations."""

    name: str
    text: str
    expression: promql.Expr
    duration: str
    labels: Mappings
    annotations: Mappings

    @property
    def waits(self) -> bool:
        """Whether it has to hold for a while before it fires, and not for more than an hour."""
        return 0 < (seconds(self.duration) or 0) <= LONGEST_WAIT

    def fires(self, moments: Sequence[Sequence[Series]]) -> bool:
        """Whether the expression holds for as long as `for` says, in moments STEP seconds apart.

        One moment alone stands for a day in which nothing changes.
        """
        holds = [fires(self.expression, series) for series in moments]
        if len(holds) == 1:
            return holds[0]
        runs = [len(list(run)) for is_true, run in groupby(holds) if is_true]
        return bool(runs) and (max(runs) - 1) * STEP >= (seconds(self.duration) or 0)


@dataclass(frozen=True)
class Record:
    """One recording rule: the name of the series that it makes, and the labels that it adds."""

    name: str
    expression: promql.Expr
    labels: Mappings


@dataclass(frozen=True)
class Panel:
    """One expression of a panel."""

    title: str
    text: str
    expression: promql.Expr


def alerts(tree: Tree, path: str) -> list[Alert]:
    """Every alert of a file of rules. Fails the test for a file that Prometheus would refuse."""
    return [_alert(path, rule) for rule in _rules(tree, path) if "alert" in rule]


def records(tree: Tree, path: str) -> list[Record]:
    """Every recording rule of the same file, in its order."""
    return [
        Record(str(rule["record"]), *_expression_and_labels(path, rule))
        for rule in _rules(tree, path)
        if "record" in rule
    ]


def _expression_and_labels(path: str, rule: Mappings) -> tuple[promql.Expr, Mappings]:
    where = f"{path}, {rule['record']}"
    return _parsed(where, str(rule.get("expr", ""))), rule.get("labels") or {}


def with_records(found: Iterable[Record], series: Iterable[Series]) -> list[Series]:
    """The series, and those that the rules make of them; a rule may use those above it."""
    everything = list(series)
    for record in found:
        value = evaluate(record.expression, everything)
        vector = value if isinstance(value, dict) else {frozenset(): value}
        everything += [
            Series(record.name, {**dict(labels), **record.labels}, each)
            for labels, each in vector.items()
        ]
    return everything


def firing(tree: Tree, path: str, *moments: Sequence[Series]) -> list[str]:
    """The names of a file's alerts that fire in these moments, as `Alert.fires` says."""
    made = records(tree, path)
    every = [with_records(made, series) for series in moments]
    return [alert.name for alert in alerts(tree, path) if alert.fires(every)]


def _rules(tree: Tree, path: str) -> list[Mappings]:
    document = load(tree, path)
    groups = document.get("groups")
    assert isinstance(groups, list), f"{path} has a list `groups`"
    assert groups, f"{path} has a list `groups`"
    found: list[Mappings] = []
    for group in groups:
        assert isinstance(group, dict), f"{path}: a group has a name and rules"
        assert group.get("name"), f"{path}: each group has a name"
        assert isinstance(group.get("rules"), list), f"{path}: each group has a list `rules`"
        found += [_mapping(path, rule) for rule in group["rules"]]
    check_document(path, document)
    for rule in found:
        check_rule(path, rule)
    return found


def _mapping(path: str, rule: object) -> Mappings:
    assert isinstance(rule, dict), f"{path}: a rule has an alert and an expr"
    return rule


def _alert(path: str, rule: Mappings) -> Alert:
    name, text = str(rule["alert"]), str(rule.get("expr", ""))
    labels, annotations = rule.get("labels") or {}, rule.get("annotations") or {}
    expression = _parsed(f"{path}, {name}", text)
    return Alert(name, text, expression, str(rule.get("for", "")), labels, annotations)


def panels(tree: Tree, path: str) -> list[Panel]:
    """Every expression of a dashboard, those in its rows too."""
    found = []
    document = dashboard(tree, path)
    variables = {name for name, _ in _variables(document)}
    for panel in _panels(document):
        title = str(panel.get("title", ""))
        for target in panel.get("targets") or []:
            text = str(target.get("expr", "") if isinstance(target, dict) else "")
            where = f"{path}, panel {title!r}"
            found.append(Panel(title, text, _parsed(where, without_grafana(text, variables))))
    return found


def dashboard(tree: Tree, path: str) -> Mappings:
    """A dashboard's document, as Grafana exports it and reads it from a folder."""
    data = tree.data(path)
    document = parse(path, "JSON", data, partial(json.loads, data))
    assert isinstance(document, dict), f"{path} is one JSON object"
    return document


def _panels(document: Mappings) -> Iterator[Mappings]:
    for panel in document.get("panels") or []:
        if isinstance(panel, dict) and panel.get("type") == ROW:
            yield from _panels(panel)
        elif isinstance(panel, dict):
            yield panel


def _variables(document: Mappings) -> Iterator[tuple[str, str]]:
    """The name and the type of each variable, and of each input of a dashboard that is shared."""
    templating = document.get("templating")
    of_its_own = templating.get("list") if isinstance(templating, dict) else None
    for each in (*(of_its_own or ()), *(document.get("__inputs") or ())):
        if isinstance(each, dict):
            yield str(each.get("name", "")), str(each.get("type", ""))


def source_variables(document: Mappings) -> set[str]:
    """The `uid`s of data sources that this dashboard leaves to whoever opens it, and ""."""
    names = {name for name, kind in _variables(document) if kind == "datasource"}
    return {""} | {f"${name}" for name in names} | {f"${{{name}}}" for name in names}


def source_uids(document: Mappings) -> set[str]:
    """The data sources that panels and their targets name; "" where the default is meant."""
    owners = [
        each for panel in _panels(document) for each in (panel, *(panel.get("targets") or ()))
    ]
    sources = [each.get("datasource") for each in owners if isinstance(each, dict)]
    return {str(each.get("uid", "") if isinstance(each, dict) else each or "") for each in sources}


def _parsed(where: str, text: str) -> promql.Expr:
    """Fails the test, with the place, for a text that Prometheus does not understand."""
    try:
        return parse_expression(text)
    except (ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise AssertionError(f"{where}: `{text[:200]}` is PromQL ({reason})") from None
