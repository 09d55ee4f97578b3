"""The learner's files for Prometheus and Grafana: alerts and panels with their expressions.

https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import promql_parser as promql

from checks.harness.app.learner_tree import Tree
from checks.harness.app.parsing import parse
from checks.harness.artefacts.promql import parse as parse_expression
from checks.harness.artefacts.promql import without_grafana
from checks.harness.artefacts.yaml_schema import load

DURATION = re.compile(r"(\d+(ms|[smhdwy]))+")
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
        """Whether it has to hold for a while before it fires."""
        return bool(DURATION.fullmatch(self.duration)) and bool(re.search(r"[1-9]", self.duration))


@dataclass(frozen=True)
class Panel:
    """One expression of a panel."""

    title: str
    text: str
    expression: promql.Expr


def alerts(tree: Tree, path: str) -> list[Alert]:
    """Every alert of a file of rules. Fails the test for a file that Prometheus would refuse."""
    groups = load(tree, path).get("groups")
    assert isinstance(groups, list), f"{path} has a list `groups`"
    assert groups, f"{path} has a list `groups`"
    found = []
    for group in groups:
        assert isinstance(group, dict), f"{path}: a group has a name and rules"
        assert group.get("name"), f"{path}: each group has a name"
        assert isinstance(group.get("rules"), list), f"{path}: each group has a list `rules`"
        found += [_alert(path, rule) for rule in group["rules"] if "alert" in _mapping(path, rule)]
    return found


def _mapping(path: str, rule: object) -> Mappings:
    assert isinstance(rule, dict), f"{path}: a rule has an alert and an expr"
    return rule


def _alert(path: str, rule: Mappings) -> Alert:
    name, text = str(rule["alert"]), str(rule.get("expr", ""))
    labels, annotations = rule.get("labels") or {}, rule.get("annotations") or {}
    for part in (labels, annotations):
        assert isinstance(part, dict), f"{path}, {name}: labels and annotations are mappings"
    expression = _parsed(f"{path}, {name}", text)
    return Alert(name, text, expression, str(rule.get("for", "")), labels, annotations)


def panels(tree: Tree, path: str) -> list[Panel]:
    """Every expression of a dashboard, those in its rows too."""
    found = []
    for panel in _panels(dashboard(tree, path)):
        title = str(panel.get("title", ""))
        for target in panel.get("targets") or []:
            text = str(target.get("expr", "") if isinstance(target, dict) else "")
            where = f"{path}, panel {title!r}"
            found.append(Panel(title, text, _parsed(where, without_grafana(text))))
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
