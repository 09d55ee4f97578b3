"""Task B1: numbers of what Eventure is for, labels that cannot explode, alerts that can fire."""

import secrets

import pytest
from checks.harness.app.celery_queues import purge, redeliver, waiting_messages
from checks.harness.app.commit_hold import refused_commit
from checks.harness.app.polling import last_value, wait_until
from checks.harness.artefacts.prometheus_files import (
    alerts,
    dashboard,
    firing,
    panels,
    source_uids,
    source_variables,
)
from checks.harness.artefacts.prometheus_text import samples
from checks.harness.artefacts.promql import selectors
from checks.harness.artefacts.promql_evaluation import evaluate
from checks.harness.artefacts.situations import Scrape, bounds, gone
from checks.harness.fixtures.metrics_processes import METRICS, TOKEN

V1 = "/api/v1"
EVENTS, LOGIN = f"{V1}/events/", f"{V1}/auth/login"
CREATED, JOINED = "eventure_events_created_total", "eventure_participants_joined_total"
MADE = "eventure_reports_made_total"
REQUESTS, SECONDS = "http_requests_total", "http_request_duration_seconds"
RULES, DASHBOARD = "deploy/prometheus/alerts.yml", "deploy/grafana/eventure.json"
TIMES = {"start_time": "2031-05-01T10:00:00Z", "end_time": "2031-05-01T12:00:00Z"}
BODY = {"title": "A day in May", **TIMES}
HEADERS = ("User-Agent", "X-Request-ID", "Referer", "Accept-Language", "X-Forwarded-For")
IS_DONE = "NEW.state = 'done'"
TIMEOUT, LONG_TIMEOUT = 5.0, 20.0


@pytest.fixture
def app(metrics_process):
    return metrics_process("a")


@pytest.fixture
def event(factory, organizer):
    return factory.event(organizer)


def scrape(app):
    """Every sample of GET /metrics, read by the client library's own parser."""
    answer = app.get(METRICS, auth=TOKEN)
    assert answer.status_code == 200, f"GET {METRICS} with the METRICS_TOKEN"
    return samples(answer.text)


def value(app, name):
    """The sum over all series of this name."""
    return sum(sample.value for sample in scrape(app) if sample.name == name)


def assert_growth(app, name, before, by, sentence, timeout=TIMEOUT):
    """A count may come a moment after its answer."""
    growth = last_value(lambda: value(app, name) - before, by, timeout)
    assert growth == by, sentence


def answered(answer, status, request):
    assert answer.status_code == status, f"{request}: {status}"
    return answer


class TestCounters:
    @pytest.mark.gate
    def test_the_counters_are_there_from_the_start(self, app):
        found = {sample.name for sample in scrape(app)}

        missing = sorted({CREATED, JOINED, MADE} - found)
        assert missing == [], f"GET {METRICS} with the METRICS_TOKEN, before anything happens: has"

    @pytest.mark.gate
    def test_an_event_that_is_created_counts(self, app, organizer, superuser):
        before = value(app, CREATED)

        answered(app.post(EVENTS, json=BODY, auth=organizer), 201, f"POST {EVENTS}")
        answered(app.post("/api/events/", json=BODY, auth=superuser), 201, "POST /api/events/")

        case = f"after two events, one at {EVENTS} and one at /api/events/, two more {CREATED}"
        assert_growth(app, CREATED, before, 2, case)

    def test_nothing_else_is_a_created_event(self, app, organizer, member, event):
        before, path = value(app, CREATED), f"{EVENTS}{event['id']}"
        backwards = {**BODY, "end_time": BODY["start_time"]}

        answered(app.post(EVENTS, json={}, auth=organizer), 422, f"POST {EVENTS} without a title")
        answered(app.post(EVENTS, json=backwards, auth=organizer), 400, f"POST {EVENTS} backwards")
        answered(app.post(EVENTS, json=BODY), 401, f"POST {EVENTS} without a token")
        answered(app.post(EVENTS, json=BODY, auth=member), 403, f"POST {EVENTS} by a participant")
        answered(app.put(path, json=BODY, auth=organizer), 200, f"PUT {path}")
        answered(app.patch(path, json={"title": "New"}, auth=organizer), 200, f"PATCH {path}")
        answered(app.delete(path, auth=organizer), 204, f"DELETE {path}")

        case = f"{CREATED} after refused POSTs, a PUT, a PATCH and a DELETE: as many as before"
        assert value(app, CREATED) == before, case

    def test_who_joins_counts_whoever_adds_them(self, app, organizer, member, stranger, event):
        before, path = value(app, JOINED), f"{EVENTS}{event['id']}/participants"

        for user, by in ((member, member), (stranger, organizer)):
            answered(app.post(f"{path}/{user.id}", auth=by), 201, f"POST {path}/{user.id}")
        answered(app.post(f"{path}/{member.id}", auth=member), 409, f"POST {path} once more")
        answered(app.post(f"{path}/2147483647", auth=organizer), 404, f"POST {path}: nobody")
        answered(app.delete(f"{path}/{member.id}", auth=member), 204, f"DELETE {path}")
        answered(app.post(f"{path}/{member.id}", auth=member), 201, f"POST {path} after leaving")

        case = f"{JOINED} after two have joined, one was refused, and one left and joined again"
        assert_growth(app, JOINED, before, 3, f"{case}: three more")

    def test_what_is_rolled_back_does_not_count(self, app, organizer, member, event, database):
        before = value(app, CREATED), value(app, JOINED)
        path = f"{EVENTS}{event['id']}/participants/{member.id}"

        with refused_commit(database, "events", "INSERT"):
            app.post(EVENTS, json=BODY, auth=organizer)
        with refused_commit(database, "event_participants", "INSERT"):
            app.post(path, auth=member)

        after = value(app, CREATED), value(app, JOINED)
        assert after == before, f"{CREATED} and {JOINED} when the COMMIT fails: as many as before"

    def test_a_report_counts_when_it_is_made(
        self, app, event, organizer, broker, further_worker, metrics_folder, hidden_table, database
    ):
        purge(broker)
        before, path = value(app, MADE), f"{EVENTS}{event['id']}/report"

        def request_report():
            answer = answered(app.post(path, auth=organizer), 202, f"POST {path}")
            return answer.json()["status_url"]

        def wait_for(url, state="done"):
            def has_ended():
                return app.get(url, auth=organizer).json()["state"] == state

            wait_until(has_ended, f"GET {url}: {state}", LONG_TIMEOUT)

        url, never = request_report(), request_report().rpartition("/")[2]
        copies = waiting_messages(broker)
        assert value(app, MADE) - before == 0, f"{MADE} while no worker runs: as many as before"
        with refused_commit(database, "reports", "UPDATE", f"NEW.id = '{never}' AND {IS_DONE}"):
            further_worker(PROMETHEUS_MULTIPROC_DIR=metrics_folder)
            wait_for(url)
            redeliver(broker, copies)
            wait_for(request_report())  # then both copies have been tried
            with hidden_table("event_participants"):
                wait_for(request_report(), "failed")
            wait_for(request_report())

            case = f"{MADE} after a worker with the same PROMETHEUS_MULTIPROC_DIR made 3 reports"
            more = "got one's message twice, failed to make one and to commit one: three more"
            assert_growth(app, MADE, before, 3, f"{case}, {more}")

    def test_all_processes_count_together(self, metrics_process, organizer):
        first, second = metrics_process("a"), metrics_process("b", keep=False)
        before = value(first, CREATED)

        answered(first.post(EVENTS, json=BODY, auth=organizer), 201, f"POST {EVENTS}")
        answered(second.post(EVENTS, json=BODY, auth=organizer), 201, f"POST {EVENTS}")
        for app in (first, second):
            assert_growth(app, CREATED, before, 2, f"two more {CREATED} at each of two processes")
        second.process.terminate()
        wait_until(lambda: not second.process.alive, "the process ends after SIGTERM", 15)

        case = f"two more {CREATED} when one of the processes that counted has ended"
        assert value(first, CREATED) - before == 2, case


class TestRequests:
    def test_nothing_that_a_client_chooses_becomes_a_series(self, app, event):
        known = ["", "/docs", "/api/v1", "/api/v1/events", "/api/v1/tasks/event"]
        chosen = [f"{prefix}/{{}}{end}" for prefix in known for end in ("", "/")]

        def ask(number):
            for path in chosen:
                word = secrets.token_hex(4)
                for method in ("GET", "HEAD", "OPTIONS", word.upper()):
                    app.request(method, path.format(word))
                app.get(path.format(number))
                app.request(word.upper(), EVENTS)
                app.get(f"{EVENTS}?{word}={word}", headers=dict.fromkeys(HEADERS, word))

        ask(999_999)  # what has a series for good has it after this, and a scrape
        _, before = scrape(app), len(scrape(app))
        ask(1_000_000)

        more = len(scrape(app)) - before
        assert more == 0, f"other addresses, methods, queries, headers: no more series, not {more}"

    def test_its_buckets_fit(self, app):
        app.get(EVENTS)

        limits = bounds(scrape(app), SECONDS)
        case = f"the bounds of {SECONDS}, which are {limits}"
        assert sum(limit <= 0.1 for limit in limits) >= 3, f"{case}: three up to 0.1"
        assert 0.5 in limits, f"{case}: 0.5 is one of them"
        assert any(5 <= limit < float("inf") for limit in limits), f"{case}: one is 5 or more"
        assert len(limits) <= 16, f"{case}: 16 at most, each is a series for each route"

    def test_a_user_s_token_opens_nothing(self, app, member, superuser):
        for name, user in {"a participant": member, "an admin": superuser}.items():
            answer = app.get(METRICS, auth=user)
            assert answer.status_code == 401, f"GET {METRICS} with the access token of {name}"
            assert CREATED not in answer.text, f"GET {METRICS} by {name}: no numbers"


class TestDashboard:
    def test_it_shows_requests_durations_and_what_eventure_is_for(self, tree):
        shown = {s.name for panel in panels(tree, DASHBOARD) for s in selectors(panel.expression)}

        wanted = {REQUESTS, f"{SECONDS}_bucket", CREATED, JOINED, MADE}
        missing = sorted(wanted - shown)
        assert missing == [], f"{DASHBOARD}: its panels show"

    def test_no_panel_is_empty(self, tree, all_kinds):
        everything = all_kinds.situation(failing=0.1)

        for panel in panels(tree, DASHBOARD):
            result = evaluate(panel.expression, everything)
            case = f"{DASHBOARD}, panel {panel.title!r}: `{panel.text}` finds a series of {METRICS}"
            assert result != {}, case

    def test_a_counter_is_shown_by_its_growth(self, tree):
        for panel in panels(tree, DASHBOARD):
            for each in selectors(panel.expression):
                case = f"{DASHBOARD}, panel {panel.title!r}: {each.name} in rate() or increase()"
                assert each.is_counted or not each.is_counter, case

    def test_it_opens_in_another_grafana(self, tree):
        document = dashboard(tree, DASHBOARD)

        for key in ("title", "uid", "panels"):
            assert document.get(key), f"{DASHBOARD} has {key!r}"
        named = sorted(source_uids(document) - source_variables(document))
        case = f"{DASHBOARD} names no data source's uid; a variable of its own, ${{datasource}}"
        assert named == [], case


@pytest.fixture
def all_kinds(app, event, organizer, hidden_table):
    """A scrape of an app that has answered with 200, 202, 404 and 500."""
    app.get(EVENTS)
    app.get("/nobody")
    app.post(f"{EVENTS}{event['id']}/report", auth=organizer)
    with hidden_table("events"):
        app.get(EVENTS)

    def has_failed():
        found = [sample for sample in scrape(app) if sample.name == REQUESTS]
        return any(value in {"500", "5xx"} for each in found for value in each.labels.values())

    wait_until(has_failed, f"{REQUESTS} has a series for a GET that ended in a 500", TIMEOUT)
    return Scrape(scrape(app), REQUESTS, SECONDS, MADE)


class TestAlerts:
    def test_each_says_what_it_is_about(self, tree):
        found = alerts(tree, RULES)

        assert found, f"{RULES} has an alert"
        for alert in found:
            case = f"{RULES}, {alert.name}"
            says = "`for:` is a time, so that one bad scrape wakes nobody, and an hour at most"
            assert alert.waits, f"{case}: {says}"
            assert alert.labels.get("severity"), f"{case}: its label severity"
            assert alert.annotations.get("summary"), f"{case}: its annotation summary"

    def test_they_fire_when_something_is_wrong(self, tree, all_kinds, series_at_start):
        cases = {
            "one request in ten ends in a 500": all_kinds.situation(failing=0.1),
            "one in ten does, of one a second": all_kinds.situation(failing=0.1, per_second=1.0),
            "each request takes six seconds": all_kinds.situation(seconds=6.0),
            "nobody answers the scraper, up is 0": all_kinds.down(),
            "Prometheus has no such target, and no up": gone(),
            "reports are asked for and none is made": all_kinds.situation(reports=0.0),
        }
        for name, series in cases.items():
            assert firing(tree, RULES, series), f"{RULES}: an alert fires when {name}"
        case = "the first report is asked for and not made"
        hour = all_kinds.first_reports(series_at_start)
        assert firing(tree, RULES, *hour), f"{RULES}: an alert fires when {case}, within an hour"

    def test_they_are_silent_when_nothing_is(self, tree, all_kinds):
        cases = {
            "all is well": all_kinds.situation(),
            "one request in a thousand ends in a 500": all_kinds.situation(failing=0.001),
            "one in a thousand does, of a thousand a second": all_kinds.situation(
                failing=0.001, per_second=1000.0
            ),
            "there are requests, and none for a report": all_kinds.without_reports(),
            "nobody asks for anything": all_kinds.quiet(),
            "a route fails that is asked for every quarter of an hour": all_kinds.rare_failure(),
        }
        for name, series in cases.items():
            assert firing(tree, RULES, series) == [], f"{RULES}: no alert fires when {name}"
