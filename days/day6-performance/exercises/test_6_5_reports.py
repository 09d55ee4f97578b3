"""Task 6.5: a report is made by a worker, once, whatever happens to the worker."""

import uuid
from functools import partial
from urllib.parse import urlsplit

import pytest
from checks.harness.app.celery_queues import purge, redeliver, waiting_messages
from checks.harness.app.commit_hold import CommitHold
from checks.harness.app.concurrent_requests import blocked_requests
from checks.harness.app.lock_waits import lock_waits, table_lock
from checks.harness.app.polling import wait_until
from checks.harness.fixtures.response_keys import STATISTICS

V1 = "/api/v1"
UNFINISHED = {"pending", "running"}
TIMEOUT = 20.0
BROKER_TIMEOUT = 3.0  # seconds until a client is told that the broker is down


@pytest.fixture
def event(factory, organizer):
    return factory.event(organizer)


@pytest.fixture
def request_report(api, event, organizer):
    """`request_report()`: the organizer asks for a report of the event; its address."""

    def post():
        answer = api.post(report_path(event), auth=organizer)
        assert answer.status_code == 202, f"POST {report_path(event)} by the organizer: 202"
        return urlsplit(answer.json()["status_url"]).path

    return post


@pytest.fixture
def read_report(api, organizer):
    """`read_report(url)`: the report, as its organizer sees it."""

    def get(url):
        answer = api.get(url, auth=organizer)
        assert answer.status_code == 200, f"GET {url} by the organizer"
        return answer.json()

    return get


@pytest.fixture
def final_report(worker, read_report):
    """`final_report(url)`: the report once the worker is through with it."""

    def wait(url, state="done"):
        worker.start()
        ended = worker.wait_until(lambda: read_report(url)["state"] not in UNFINISHED, TIMEOUT)
        report = read_report(url)
        request = f"GET {url}: the state"
        assert ended, f"{request} after {TIMEOUT:.0f} s is {state}, not {report['state']}"
        assert report["state"] == state, f"{request} in the end"
        return report

    return wait


@pytest.fixture
def add_task(factory, event, organizer):
    """`add_task(status="completed")`: the event has one task more."""
    return partial(factory.task, organizer, event)


@pytest.fixture
def other_report(api, factory, stranger, database, broker, no_worker):
    """The address of a report of another event, which another worker is making."""
    event = factory.event(stranger)
    factory.task(stranger, event)
    url = api.post(report_path(event), auth=stranger).json()["status_url"]
    database.execute("UPDATE reports SET state = 'running'")
    purge(broker)
    return url


def report_path(event):
    """Where a report of the event, or of the event with this id, is asked for."""
    return f"{V1}/events/{event if isinstance(event, int) else event['id']}/report"


class TestRequest:
    @pytest.mark.gate
    def test_a_report_is_accepted(self, api, event, organizer, no_worker):
        answer = api.post(report_path(event), auth=organizer)

        request = f"POST {report_path(event)} by the organizer"
        assert answer.status_code == 202, f"{request}: 202"
        assert set(answer.json()) == {"id", "status_url"}, f"{request}: the keys"
        uuid.UUID(answer.json()["id"])

    def test_location_is_the_status_url(self, api, event, organizer, no_worker):
        answer = api.post(report_path(event), auth=organizer)

        request = f"POST {report_path(event)}"
        location = urlsplit(answer.headers.get("location", "")).path
        assert location == urlsplit(answer.json()["status_url"]).path, f"{request}: Location"
        assert location == f"{V1}/reports/{answer.json()['id']}", f"{request}: status_url"

    def test_without_a_worker_it_is_pending(self, request_report, read_report, no_worker):
        url = request_report()

        report = read_report(url)

        assert set(report) == {"id", "state", "result"}, f"GET {url}: the keys"
        assert report["state"] == "pending", f"GET {url} while no worker runs: the state"
        assert report["result"] is None, f"GET {url} while no worker runs: the result"
        assert report["id"] == url.rsplit("/", 1)[-1], f"GET {url}: the id"

    def test_each_request_is_a_report_of_its_own(self, request_report, no_worker):
        assert request_report() != request_report(), "POST …/report twice: two reports"


class TestRights:
    def test_who_may_ask(self, api, event, member, stranger, superuser, no_worker):
        path = report_path(event)

        assert api.post(path).status_code == 401, f"POST {path} without a token"
        assert api.post(path, auth=member).status_code == 403, f"POST {path} by a participant"
        answer = api.post(path, auth=stranger)
        assert answer.status_code == 403, f"POST {path} by the organizer of another event"
        assert api.post(path, auth=superuser).status_code == 202, f"POST {path} by an admin"

    def test_a_report_of_no_event_is_404(self, api, organizer):
        path = report_path(2147483647)

        assert api.post(path, auth=organizer).status_code == 404, f"POST {path}: no such event"

    def test_who_may_read(self, api, request_report, member, stranger, superuser, no_worker):
        url = request_report()

        assert api.get(url).status_code == 401, f"GET {url} without a token"
        assert api.get(url, auth=member).status_code == 403, f"GET {url} by a participant"
        answer = api.get(url, auth=stranger)
        assert answer.status_code == 403, f"GET {url} by the organizer of another event"
        assert api.get(url, auth=superuser).status_code == 200, f"GET {url} by an admin"

    def test_who_asked_may_read_it_later(self, api, event, superuser, database, no_worker):
        url = api.post(report_path(event), auth=superuser).json()["status_url"]
        database.execute("UPDATE users SET role = 'participant' WHERE id = %(id)s", id=superuser.id)

        answer = api.get(url, auth=superuser)
        assert answer.status_code == 200, f"GET {url} by who asked for it and is no admin any more"

    def test_an_id_that_nobody_gave_out_is_404(self, api, organizer):
        url = f"{V1}/reports/{uuid.uuid4()}"

        assert api.get(url, auth=organizer).status_code == 404, f"GET {url}: no such report"
        answer = api.get(f"{V1}/reports/report", auth=organizer)
        assert answer.status_code in {404, 422}, f"GET {V1}/reports/report: not an id at all"


class TestSending:
    def test_the_message_leaves_after_the_commit(
        self, api, event, organizer, database, broker, final_report, no_worker
    ):
        path = report_path(event)

        with (
            CommitHold(database, "reports", "INSERT") as commit,
            blocked_requests(database, lambda: api.post(path, auth=organizer)) as answers,
        ):
            sentence = f"POST {path} writes a row in reports"
            wait_until(lambda: lock_waits(database) or answers, sentence, TIMEOUT)
            messages = waiting_messages(broker)
            commit.release()

        assert messages == {}, f"POST {path}: nothing is in the queue before the row is committed"
        final_report(answers[0].json()["status_url"])

    def test_with_the_broker_down_the_answer_is_503(self, app_without_broker, event, organizer):
        answer = app_without_broker.post(report_path(event), auth=organizer, timeout=BROKER_TIMEOUT)

        request = f"POST {report_path(event)} with no broker at CELERY_BROKER_URL"
        assert answer.status_code == 503, request
        assert {"detail", "code"} <= set(answer.json()), f"{request}: the body has detail and code"
        assert "127.0.0.1" not in answer.text, f"{request}: the body names no host"

    def test_a_report_that_nobody_will_make_is_not_pending(
        self, app_without_broker, event, organizer, database
    ):
        app_without_broker.post(report_path(event), auth=organizer, timeout=BROKER_TIMEOUT)

        rows = database.value("SELECT count(*) FROM reports WHERE state IN ('pending', 'running')")
        assert rows == 0, f"POST {report_path(event)} with the broker down: rows that wait"

    def test_without_a_broker_s_url_it_is_database_1_of_redis(self, default_broker):
        host, number = default_broker("redis://cache.test:6379/0")

        request = "the broker of `celery -A app.celery_app` without CELERY_BROKER_URL"
        assert (host, number) == ("cache.test", "1"), f"{request}: its host and its database"

    def test_a_broker_that_says_nothing_is_down_too(self, server, silent_broker, event, organizer):
        app = server.shared(CELERY_BROKER_URL=silent_broker, CELERY_RESULT_BACKEND=silent_broker)

        answer = app.post(report_path(event), auth=organizer, timeout=BROKER_TIMEOUT)

        request = f"POST {report_path(event)} with a broker that takes connections and says nothing"
        assert answer.status_code == 503, request

    @pytest.fixture
    def app_without_broker(self, server):
        """A process of the app with no broker at CELERY_BROKER_URL."""
        url = "redis://127.0.0.1:1/0"
        return server.shared(CELERY_BROKER_URL=url, CELERY_RESULT_BACKEND=url)


class TestWorker:
    def test_the_result_is_the_statistics_and_the_participants(
        self, api, request_report, add_task, event, member, stranger, final_report, other_report
    ):
        for status in ("todo", "in_progress", "completed", "completed", "cancelled"):
            add_task(status=status)
        for user in (member, stranger):
            api.post(f"{V1}/events/{event['id']}/participants/{user.id}", auth=user)

        result = final_report(request_report())["result"]

        statistics = api.get(f"{V1}/events/{event['id']}/statistics").json()
        assert set(statistics) == STATISTICS, f"GET {V1}/events/{event['id']}/statistics: the keys"
        request = "the result of the report of an event with five tasks and two participants"
        assert result == {**statistics, "participant_count": 2}, request
        other = api.get(other_report, auth=stranger).json()["result"] or {}
        assert other.get("event_id") != event["id"], "another event's report: not this result"

    def test_an_empty_event_has_a_report_too(self, request_report, event, final_report):
        result = final_report(request_report())["result"]

        zeros = {**dict.fromkeys(STATISTICS, 0), "participant_count": 0, "event_id": event["id"]}
        assert result == zeros, "the result of the report of an event without anything"

    def test_a_report_that_is_done_has_its_times(self, request_report, final_report, database):
        final_report(request_report())

        report = database.rows("SELECT * FROM reports")[0]
        for column in ("created_at", "finished_at"):
            zone = getattr(report.get(column), "tzinfo", None)
            assert zone, f"reports.{column} of a report that is done: a timestamp with time zone"

    def test_a_report_of_a_deleted_event_does_no_harm(
        self, api, request_report, event, factory, organizer, final_report, no_worker
    ):
        url = request_report()
        api.delete(f"{V1}/events/{event['id']}", auth=organizer)
        path = report_path(factory.event(organizer))

        final_report(api.post(path, auth=organizer).json()["status_url"])

        request = f"GET {url} of an event that was deleted meanwhile"
        assert api.get(url, auth=organizer).status_code == 404, request

    def test_a_report_that_goes_wrong_has_failed(
        self, request_report, hidden_table, final_report, no_worker
    ):
        url = request_report()

        with hidden_table("tasks"):
            report = final_report(url, state="failed")

        assert report["result"] is None, f"GET {url} of a report that has failed: the result"


class TestOnce:
    def test_a_killed_child_does_not_lose_the_report(
        self, request_report, add_task, database, worker, final_report, no_worker
    ):
        add_task()
        url = request_report()

        with table_lock(database, "tasks"):
            worker.start()
            sentence = "the worker reads the tasks of the event"
            wait_until(lambda: worker.ensure_alive() or lock_waits(database), sentence, TIMEOUT)
            worker.kill_child()
        report = final_report(url)

        assert report["result"]["total_tasks"] == 1, f"GET {url} after a child of the worker died"

    def test_a_message_that_comes_twice_changes_nothing(
        self, request_report, add_task, broker, database, read_report, final_report, no_worker
    ):
        add_task()
        url = request_report()
        copies = waiting_messages(broker)
        report = final_report(url)

        add_task()
        redeliver(broker, copies)
        later = final_report(request_report())["result"]["total_tasks"]

        assert later == 2, "a report asked for after the second task"
        request = f"GET {url} after its message has come a second time"
        assert read_report(url) == report, f"{request}: it is as it was"
        assert database.value("SELECT count(*) FROM reports") == 2, f"{request}: rows in reports"
