"""Alerts and panels are read as Prometheus and Grafana read them; situations grow as they say."""

import json
from pathlib import Path
from typing import ClassVar

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.prometheus_files import (
    alerts,
    dashboard,
    firing,
    panels,
    records,
    source_uids,
    source_variables,
    with_records,
)
from checks.harness.artefacts.prometheus_text import samples
from checks.harness.artefacts.promql import parse, selectors
from checks.harness.artefacts.promql_evaluation import Series, evaluate, fires
from checks.harness.artefacts.situations import Scrape, bounds, gone

RULES, DASHBOARD = "alerts.yml", "board.json"
GOOD = """
groups:
  - name: app
    rules:
      - record: a:b
        expr: up
      - alert: Down
        expr: up == 0
        for: 2m
        labels: {severity: critical}
        annotations: {summary: Nobody answers}
"""
SCRAPE = """# TYPE r counter
r_total{route="/a",status="200"} 5
r_total{route="/a",status="500"} 1
r_total{route="/b",status="200"} 1
# TYPE t histogram
t_bucket{le="0.1"} 1
t_bucket{le="5.0"} 1
t_bucket{le="+Inf"} 1
t_count 1
t_sum 0.05
# TYPE made counter
made_total 0
"""


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def write(tree: Tree, name: str, text: str) -> None:
    (tree.root / name).write_text(text, encoding="utf-8")


class TestAlerts:
    def test_an_alert_is_read_and_a_recording_rule_is_none(self, tree: Tree) -> None:
        write(tree, RULES, GOOD)

        (alert,) = alerts(tree, RULES)
        assert (alert.name, alert.waits, alert.labels["severity"]) == ("Down", True, "critical")

    @pytest.mark.parametrize("duration", ["", "0s", "0", "100y", "1h1s"])
    def test_no_time_is_no_waiting_and_a_hundred_years_are_none_either(
        self, tree: Tree, duration: str
    ) -> None:
        write(tree, RULES, GOOD.replace("for: 2m", f"for: '{duration}'"))

        assert not alerts(tree, RULES)[0].waits

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("up == 0", "up ==", "alerts.yml, Down: `up ==` is PromQL"),
            ("up == 0", "a" * 3000, "more than 2000 characters"),
            ("groups:", "group:", "alerts.yml has a list `groups`"),
            ("name: app", "named: app", "each group has a name"),
            ("{severity: critical}", "critical", "labels and annotations are mappings"),
            ("groups:", "groups: [", "alerts.yml:"),
            ("groups:", "owner: me\ngroups:", "alerts.yml: Prometheus knows all of its fields"),
            ("name: app", "name: app\n    owner: me", "group 'app': Prometheus knows all"),
            ("for: 2m", "after: 2m", "Down: Prometheus knows all of its fields"),
            ("for: 2m", "for: 5m1h", "`for: 5m1h` is a duration"),
            ("for: 2m", "for: soon", "`for: soon` is a duration"),
            ("name: app", "name: app\n    interval: often", "`interval: often` is a duration"),
            ("Nobody answers", '"{{ if $value }}"', "each if, range and with has its end"),
            ("for: 2m", "record: b", "an alert or a record, not both"),
            ("record: a:b", "record: a-b", "a record is the name of a metric"),
            ("{severity:", "{no label!:", "'no label!' is a name of letters"),
            ("severity: critical", "severity: [critical]", "severity is a text"),
            ("Nobody answers", '"{{ humanise $value }}"', "templates know all of its words"),
            ("Nobody answers", '"{{ $lables.job }}"', "templates know all of its words"),
            ("Nobody answers", '"{{ $value"', "each {{ of a template has its }}"),
            ("groups:", "groups:\n  - {name: app, rules: []}", "a group stands there once"),
        ],
    )
    def test_what_prometheus_would_refuse_is_told(
        self, tree: Tree, old: str, new: str, says: str
    ) -> None:
        write(tree, RULES, GOOD.replace(old, new))

        with pytest.raises(AssertionError) as caught:
            alerts(tree, RULES)
        assert says in str(caught.value)

    @pytest.mark.parametrize("duration", ["5m", "1h", "30s", "59m59s", "1500ms", "1m30s"])
    def test_up_to_an_hour_is_a_time_to_wait(self, tree: Tree, duration: str) -> None:
        write(tree, RULES, GOOD.replace("for: 2m", f"for: {duration}"))

        assert alerts(tree, RULES)[0].waits

    @pytest.mark.parametrize(
        "summary",
        [
            '"{{ $labels.instance }} answers {{ $value | humanizePercentage }}"',
            "'{{ printf \"%.1f s of work\" $value }}'",
            "'{{ with query \"up\" }}{{ . | first | value }}{{ end }}'",
            "'{{ range $i, $each := query \"up\" }}{{ $each.Labels.job }}{{ end }}'",
            "42",
        ],
    )
    def test_templates_of_prometheus_are_read(self, tree: Tree, summary: str) -> None:
        write(tree, RULES, GOOD.replace("Nobody answers", summary))

        assert len(alerts(tree, RULES)) == 1

    def test_an_alert_may_ask_for_a_record_of_the_same_file(self, tree: Tree) -> None:
        more = "      - {record: c, expr: a:b * 2, labels: {of: two}}\n"
        write(tree, RULES, GOOD.replace("expr: up == 0", "expr: c == 0") + more)

        (alert,) = alerts(tree, RULES)
        for up, is_firing in ((0.0, True), (1.0, False)):
            series = with_records(records(tree, RULES), [Series("up", {"job": "app"}, up)])
            assert series[-1].labels == {"job": "app", "of": "two"}
            assert fires(alert.expression, series) is is_firing


class TestDashboard:
    PANEL: ClassVar = {"title": "P", "targets": [{"expr": "rate(a[$__rate_interval])"}]}

    def test_panels_in_rows_count_too(self, tree: Tree) -> None:
        row = {"type": "row", "panels": [self.PANEL]}
        write(tree, DASHBOARD, json.dumps({"panels": [self.PANEL, row]}))

        assert [panel.title for panel in panels(tree, DASHBOARD)] == ["P", "P"]

    @pytest.mark.parametrize(
        ("source", "uids"),
        [
            ({"uid": "abc"}, {"abc", ""}),
            ("abc", {"abc", ""}),
            ({"uid": "${ds}"}, {"${ds}", ""}),
            (None, {""}),
        ],
    )
    def test_the_sources_of_panels_and_targets(
        self, tree: Tree, source: object, uids: set[str]
    ) -> None:
        panel = {**self.PANEL, "datasource": source}
        write(tree, DASHBOARD, json.dumps({"panels": [panel]}))

        assert source_uids(dashboard(tree, DASHBOARD)) == uids

    def test_the_variables_that_are_data_sources(self, tree: Tree) -> None:
        variables = [{"name": "ds", "type": "datasource"}, {"name": "job", "type": "query"}]
        shared = [{"name": "DS_P", "type": "datasource"}]
        document = {"templating": {"list": variables}, "__inputs": shared}
        write(tree, DASHBOARD, json.dumps(document))

        found = source_variables(dashboard(tree, DASHBOARD))
        assert found == {"", "$ds", "${ds}", "$DS_P", "${DS_P}"}

    def test_a_matcher_of_a_variable_selects_everything(self, tree: Tree) -> None:
        text = 'rate(a{i=~"$instance", j="${job:regex}", k="$nobody"}[$range])'
        names = ("instance", "job", "range")
        document = {
            "templating": {"list": [{"name": name, "type": "query"} for name in names]},
            "panels": [{"title": "P", "targets": [{"expr": text}]}],
        }
        write(tree, DASHBOARD, json.dumps(document))

        (panel,) = panels(tree, DASHBOARD)
        (selector,) = selectors(panel.expression)
        assert [each.value for each in selector.matchers] == [".*", ".*", "any"]

    @pytest.mark.parametrize("text", ["", "[]", "{", "[" * 10_000])
    def test_what_is_no_dashboard_is_told(self, tree: Tree, text: str) -> None:
        write(tree, DASHBOARD, text)

        with pytest.raises(AssertionError, match=r"board\.json"):
            dashboard(tree, DASHBOARD)


class TestSituations:
    SCRAPE = Scrape(samples(SCRAPE), "r_total", "t", "made_total")
    RATIO = 'sum(rate(r_total{status=~"5.."}[5m])) / sum(rate(r_total[5m]))'

    @pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
    def test_so_large_a_share_of_the_requests_fails(self, share: float) -> None:
        result = evaluate(parse(self.RATIO), self.SCRAPE.situation(failing=share))

        assert isinstance(result, dict)
        assert list(result.values()) == [pytest.approx(share)]

    @pytest.mark.parametrize(("seconds", "slow"), [(0.02, False), (6.0, True)])
    def test_each_request_takes_so_long(self, seconds: float, slow: bool) -> None:
        text = "histogram_quantile(0.95, sum by (le) (rate(t_bucket[5m]))) > 1"

        assert fires(parse(text), self.SCRAPE.situation(seconds=seconds)) is slow

    def test_a_rare_failure_is_a_whole_route_and_hardly_a_request(self) -> None:
        rare = self.SCRAPE.rare_failure()
        by_route = self.RATIO.replace("sum(", "sum by (route) (")

        assert fires(parse(f"{by_route} > 0.9"), rare)
        assert not fires(parse(f"{self.RATIO} > 0.001"), rare)

    def test_reports_are_made_or_not(self) -> None:
        stuck = parse("increase(made_total[5m]) == 0")

        assert fires(stuck, self.SCRAPE.situation(reports=0.0))
        assert not fires(stuck, self.SCRAPE.situation())

    @pytest.mark.parametrize("per_second", [1.0, 100.0])
    def test_a_share_does_not_depend_on_the_number_of_requests(self, per_second: float) -> None:
        series = self.SCRAPE.situation(failing=0.1, per_second=per_second)
        number = 'sum(rate(r_total{status=~"5.."}[5m])) > 0.5'

        assert fires(parse(f"{self.RATIO} > 0.05"), series)
        assert fires(parse(number), series) is (per_second == 100.0)

    def test_nobody_wants_a_report(self) -> None:
        asked = 'r_total{route="/report",status="202"} 1\n'
        scrape = Scrape(
            samples(SCRAPE.replace("# TYPE t", f"{asked}# TYPE t")), "r_total", "t", "made_total"
        )
        wrong = "sum(rate(r_total[5m])) > 0 unless sum(rate(made_total[5m])) > 0"
        right = wrong.replace("r_total[", 'r_total{route="/report"}[')

        for text, is_firing in ((wrong, True), (right, False)):
            assert fires(parse(text), scrape.without_reports()) is is_firing
            assert fires(parse(text), scrape.situation(reports=0.0))

    def test_a_series_that_appears_has_not_grown(self) -> None:
        first = self.SCRAPE.first_reports(samples("# TYPE made counter\nmade_total 0\n"))[0]
        new = "sum(r_total) unless sum(r_total offset 30m)"

        assert not fires(parse("sum(increase(r_total[30m])) > 0"), first)
        assert fires(parse(new), first)
        assert not fires(parse(new), self.SCRAPE.situation())

    def test_what_is_there_from_the_start_grows(self) -> None:
        text = "sum(increase(r_total[30m])) > 0 unless sum(increase(made_total[30m])) > 0"

        assert fires(parse(text), self.SCRAPE.first_reports(self.SCRAPE.samples)[0])

    @pytest.mark.parametrize(("duration", "is_firing"), [("10m", True), ("45m", False)])
    def test_an_alert_fires_when_it_holds_as_long_as_its_for(
        self, tree: Tree, duration: str, is_firing: bool
    ) -> None:
        new = "sum(r_total) unless sum(r_total offset 30m)"
        write(tree, RULES, GOOD.replace("up == 0", new).replace("2m", duration))
        hour = self.SCRAPE.first_reports(samples("# TYPE made counter\nmade_total 0\n"))

        assert firing(tree, RULES, *hour) == (["Down"] if is_firing else [])
        assert firing(tree, RULES, self.SCRAPE.situation()) == []

    def test_up_is_one_or_zero_or_gone(self) -> None:
        for series, text in (
            (self.SCRAPE.quiet(), 'up{job="eventure"} == 1'),
            (self.SCRAPE.down(), "up == 0"),
            (gone(), "absent(up)"),
        ):
            assert fires(parse(text), series)

    def test_the_bounds_are_in_order(self) -> None:
        assert bounds(samples(SCRAPE), "t") == [0.1, 5.0, float("inf")]
