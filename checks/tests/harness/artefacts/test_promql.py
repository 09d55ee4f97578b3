"""Expressions of Prometheus' language: their facts, and what they give for some series."""

import math

import pytest

from checks.harness.artefacts.promql import parse, selectors, without_grafana
from checks.harness.artefacts.promql_evaluation import Series, evaluate, fires
from checks.harness.artefacts.promql_vectors import NotEvaluated

REQUESTS = "http_requests_total"
SERIES = (
    Series(REQUESTS, {"route": "/a", "status": "200"}, 90, 9.0),
    Series(REQUESTS, {"route": "/a", "status": "500"}, 10, 1.0),
    Series(REQUESTS, {"route": "/b", "status": "503"}, 10, 1.0),
    Series("up", {"job": "eventure"}, 1),
    Series("t_bucket", {"le": "0.1"}, 0, 5.0),
    Series("t_bucket", {"le": "1.0"}, 0, 10.0),
    Series("t_bucket", {"le": "+Inf"}, 0, 10.0),
)


class TestFacts:
    def test_a_selector_knows_what_is_done_to_it(self) -> None:
        text = f"histogram_quantile(0.9, sum by (le) (rate({REQUESTS}[5m]))) > 1"

        (selector,) = selectors(parse(text))
        assert (selector.name, selector.is_counter, selector.is_counted) == (REQUESTS, True, True)
        assert selector.functions == ("rate", "histogram_quantile")

    @pytest.mark.parametrize(
        ("text", "is_kept"),
        [
            ("sum by (le) (a)", True),
            ("sum without (route) (a)", True),
            ("topk(5, sum by (le) (a))", True),
            ("a", True),
            ("sum(a)", False),
            ("sum by (route) (a)", False),
            ("sum without (le) (a)", False),
            ("sum(sum by (le) (a))", False),
        ],
    )
    def test_it_knows_which_labels_are_left(self, text: str, is_kept: bool) -> None:
        (selector,) = selectors(parse(text))

        assert selector.keeps("le") is is_kept

    def test_a_name_may_stand_in_a_matcher(self) -> None:
        assert [each.name for each in selectors(parse('{__name__="up"} + b'))] == ["up", "b"]

    def test_a_dashboard_leaves_ranges_to_grafana(self) -> None:
        text = 'rate(a{job="$job", i=~"${i:regex}"}[$__rate_interval])'

        (selector,) = selectors(parse(without_grafana(text)))
        assert [each.value for each in selector.matchers] == ["any", "any"]

    @pytest.mark.parametrize("text", ["rate(a[5m]", "", "a >", "sum(a" * 500, "a" * 3000])
    def test_what_is_no_expression_is_refused(self, text: str) -> None:
        with pytest.raises((ValueError, RecursionError)):
            parse(text)


class TestEvaluation:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            (f"sum(rate({REQUESTS}[5m]))", 11.0),
            (f"sum(increase({REQUESTS}[1m]))", 660.0),
            (f'sum(rate({REQUESTS}{{status=~"5.."}}[5m])) / sum(rate({REQUESTS}[5m]))', 2 / 11),
            (f'sum(rate({REQUESTS}{{status!~"2.."}}[5m]))', 2.0),
            (f"count(sum by (route) ({REQUESTS}))", 2.0),
            (f"max(sum without (status) (rate({REQUESTS}[1m])))", 10.0),
            (f"sum({REQUESTS}) * 2 - 20", 200.0),
            (f"sum({REQUESTS}) % 7", 5.0),
            (f"sum({REQUESTS}) atan2 sum({REQUESTS})", math.pi / 4),
            ("histogram_quantile(0.75, rate(t_bucket[5m]))", 0.55),
            ("histogram_quantile(0.75, sum by (le) (rate(t_bucket[5m])))", 0.55),
            ("up == bool 1", 1.0),
            ("vector(3) + 4", 7.0),
            ("absent(nothing)", 1.0),
        ],
    )
    def test_it_gives_what_prometheus_gives(self, text: str, value: float) -> None:
        result = evaluate(parse(text), SERIES)

        assert isinstance(result, dict)
        assert list(result.values()) == [pytest.approx(value)]

    def test_no_requests_are_no_number(self) -> None:
        quiet = [Series(REQUESTS, {"status": "500"}, 5)]

        ratio = f"sum(rate({REQUESTS}[5m])) / sum(rate({REQUESTS}[5m]))"
        result = evaluate(parse(ratio), quiet)
        assert isinstance(result, dict)
        assert [math.isnan(value) for value in result.values()] == [True]
        assert not fires(parse(f"{ratio} > 0"), quiet)

    @pytest.mark.parametrize(
        ("text", "is_firing"),
        [
            ("up == 0", False),
            ("up < 2", True),
            ("2 > up", True),
            ("absent(up)", False),
            ("absent(up == 0)", True),
            ("absent_over_time(up[5m])", False),
            ("up == 0 or absent(nothing)", True),
            (f"sum(rate({REQUESTS}[1s]))", False),
            (f"sum(rate({REQUESTS}[30s]))", True),
            (f"sum(rate({REQUESTS}[5m] offset 52w))", False),
            ("up offset 1h", True),
            ("up unless on(job) up", False),
            ("up unless on(job) nothing", True),
            ("up and on() sum(t_bucket)", True),
            ("histogram_quantile(0.5, sum(rate(t_bucket[5m]))) > 0", False),
        ],
    )
    def test_an_alert_fires_when_a_series_is_left(self, text: str, is_firing: bool) -> None:
        assert fires(parse(text), SERIES) is is_firing

    def test_what_it_does_not_know_it_says_nothing_about(self) -> None:
        with pytest.raises(NotEvaluated):
            evaluate(parse("predict_linear(up[1h], 60)"), SERIES)
