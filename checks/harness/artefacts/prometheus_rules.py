"""What Prometheus refuses in a file of rules, beside the expressions.

The fields, the durations, the names and values of labels, and the templates of annotations.
https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

# Each unit once, from the largest to the smallest: 1h30m, and not 30m1h.
UNITS = {"y": 31_536_000, "w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1, "ms": 0.001}
DURATION = re.compile("".join(rf"(?:(?P<{unit}>\d+){unit}(?!s))?" for unit in UNITS))
LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
DOCUMENT = frozenset({"groups"})
GROUP = frozenset({"name", "interval", "query_offset", "limit", "labels", "rules"})
ALERT = frozenset({"alert", "expr", "for", "keep_firing_for", "labels", "annotations"})
RECORD = frozenset({"record", "expr", "labels"})
TEXTS = re.compile(r"""`[^`]*`|"(?:\\.|[^"\\])*"|/\*.*?\*/""", re.DOTALL)
ACTION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
WORD = re.compile(r"(?<![\w.$])[A-Za-z_]\w*")
VARIABLE = re.compile(r"\$\w+")
VARIABLES = frozenset({"$labels", "$value", "$externalLabels", "$externalURL"})
# Go's text/template, and what Prometheus adds to it:
# https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
GO = """if else end range with define template block break continue nil true false and or not call
html index slice js len print printf println urlquery eq ne lt le gt ge"""
PROMETHEUS = """query first label value sortByLabel strvalue args reReplaceAll match title toUpper
toLower safeHtml graphLink tableLink humanize humanize1024 humanizeDuration humanizePercentage
humanizeTimestamp toTime toDuration now pathPrefix externalURL parseDuration stripPort stripDomain
tmpl urlQueryEscape"""
WORDS = frozenset((*GO.split(), *PROMETHEUS.split()))
BLOCKS = frozenset({"if", "range", "with", "define", "block"})
Mappings = Mapping[str, Any]  # Any: whatever YAML holds


def seconds(text: str) -> float | None:
    """A duration as Prometheus writes it, in seconds; None for what is none."""
    if text == "0":
        return 0.0
    found = DURATION.fullmatch(text) if text else None
    if found is None:
        return None
    return sum(float(number or 0) * UNITS[unit] for unit, number in found.groupdict().items())


def check_document(path: str, document: Mappings) -> None:
    """Fails the test for a field, or a second group of one name, that Prometheus would refuse."""
    _check_fields(path, document, DOCUMENT)
    names = [str(each.get("name")) for each in document["groups"] if isinstance(each, dict)]
    twice = sorted({name for name in names if names.count(name) > 1})
    assert twice == [], f"{path}: the name of a group stands there once"
    for group in document["groups"]:
        if isinstance(group, dict):
            where = f"{path}, group {group.get('name')!r}"
            _check_fields(where, group, GROUP)
            _check_durations(where, group, ("interval", "query_offset"))


def check_rule(path: str, rule: Mappings) -> None:
    """Fails the test for a rule that Prometheus would refuse, whatever its expression is."""
    name = str(rule.get("alert") or rule.get("record") or "")
    where = f"{path}, {name}"
    is_alert = "alert" in rule
    assert name, f"{path}: a rule has an alert or a record, and its name"
    assert not (is_alert and "record" in rule), f"{where}: a rule is an alert or a record, not both"
    assert is_alert or METRIC.fullmatch(name), f"{where}: a record is the name of a metric"
    _check_fields(where, rule, ALERT if is_alert else RECORD)
    _check_durations(where, rule, ("for", "keep_firing_for"))
    for field in ("labels", "annotations"):
        _check_texts(f"{where}, {field}", rule.get(field) or {})


def _check_fields(where: str, mapping: Mappings, known: frozenset[str]) -> None:
    unknown = sorted(str(field) for field in mapping if field not in known)
    assert unknown == [], f"{where}: Prometheus knows all of its fields"


def _check_durations(where: str, mapping: Mappings, fields: Iterable[str]) -> None:
    for field in fields:
        text = str(mapping.get(field) or "0")
        assert seconds(text) is not None, (
            f"{where}: `{field}: {text}` is a duration, as 5m or 1h30m"
        )


def _check_texts(where: str, texts: object) -> None:
    assert isinstance(texts, dict), f"{where}: labels and annotations are mappings"
    for name, text in texts.items():
        is_name = LABEL.fullmatch(str(name)) and name != "__name__"
        assert is_name, f"{where}: {str(name)!r} is a name of letters, digits and _"
        assert not isinstance(text, (dict, list)), f"{where}: {name} is a text"
        _check_template(f"{where}, {name}", str(text))


def _check_template(where: str, text: str) -> None:
    """Functions and variables that no template of Prometheus has; what does not close."""
    actions = [TEXTS.sub(" ", each) for each in ACTION.findall(text)]
    rest = ACTION.sub("", text)
    assert "{{" not in rest, f"{where}: each {{{{ of a template has its }}}}"
    firsts = [word for each in actions for word in WORD.findall(each)[:1]]
    opened = sum(word in BLOCKS for word in firsts)
    assert opened == firsts.count("end"), f"{where}: each if, range and with has its end"
    made = {name for each in actions for name in re.findall(r"(\$\w+)\s*(?:,\s*\$\w+\s*)?:=", each)}
    made |= {name for each in actions for name in re.findall(r",\s*(\$\w+)\s*:=", each)}
    unknown = {word for each in actions for word in WORD.findall(each) if word not in WORDS}
    unknown |= {n for each in actions for n in VARIABLE.findall(each) if n not in VARIABLES | made}
    assert sorted(unknown) == [], f"{where}: Prometheus' templates know all of its words"
