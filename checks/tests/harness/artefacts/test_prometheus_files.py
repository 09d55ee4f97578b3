"""Alerts and panels are read as Prometheus and Grafana read them; situations grow as they say."""

import json
from pathlib import Path
from typing import ClassVar

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.artefacts.prometheus_files import alerts, dashboard, panels, source_uids
from checks.harness.artefacts.prometheus_text import samples
from checks.harness.artefacts.promql import parse
from checks.harness.artefacts.promql_evaluation import evaluate, fires
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

    @pytest.mark.parametrize("duration", ["", "0s", "soon", "0"])
    def test_no_time_is_no_waiting(self, tree: Tree, duration: str) -> None:
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
        ],
    )
    def test_what_prometheus_would_refuse_is_told(
        self, tree: Tree, old: str, new: str, says: str
    ) -> None:
        write(tree, RULES, GOOD.replace(old, new))

        with pytest.raises(AssertionError) as caught:
            alerts(tree, RULES)
        assert says in str(caught.value)


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

    def test_up_is_one_or_zero_or_gone(self) -> None:
        for series, text in (
            (self.SCRAPE.quiet(), 'up{job="eventure"} == 1'),
            (self.SCRAPE.down(), "up == 0"),
            (gone(), "absent(up)"),
        ):
            assert fires(parse(text), series)

    def test_the_bounds_are_in_order(self) -> None:
        assert bounds(samples(SCRAPE), "t") == [0.1, 5.0, float("inf")]
