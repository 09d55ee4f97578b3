"""Task 6.5: a report is made by a worker, once, whatever happens to the worker."""

import threading
import time
import uuid
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest

V1 = "/api/v1"
COUNTS = {"event_id", "total_tasks", "completed_tasks", "pending_tasks", "cancelled_tasks"}
PATIENCE = 20.0
# Seconds until a client is told that the broker is down.
SOON = 3.0
HOLD = 60_005
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
# Deferred: it runs when the transaction commits, and the commit waits for whoever has the lock.
HELD_COMMIT = f"""
CREATE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock({HOLD}); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER wait_for_the_test AFTER INSERT ON reports
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_for_the_test();
"""


@pytest.fixture
def event(factory, organizer):
    return factory.event(organizer)


@pytest.fixture
def ask(api, event, organizer):
    """`ask()`: a report of the event is asked for; its address."""

    def post():
        answer = api.post(report_of(event), auth=organizer)
        assert answer.status_code == 202, f"POST {report_of(event)} by the organizer: 202"
        return urlsplit(answer.json()["status_url"]).path

    return post


@pytest.fixture
def read(api, organizer):
    """`read(url)`: the report, as its organizer sees it."""

    def get(url):
        answer = api.get(url, auth=organizer)
        assert answer.status_code == 200, f"GET {url} by the organizer"
        return answer.json()

    return get


@pytest.fixture
def finished(worker, read):
    """`finished(url)`: the report once the worker is through with it."""

    def wait(url, state="done"):
        worker.start()
        deadline, clock = time.monotonic() + PATIENCE, threading.Event()
        while (found := read(url))["state"] in {"pending", "running"}:
            worker.ensure_alive()
            assert time.monotonic() < deadline, (
                f"GET {url}: the state after {PATIENCE:.0f} s is {state}, not {found['state']}"
            )
            clock.wait(0.05)
        assert found["state"] == state, f"GET {url}: the state in the end"
        return found

    return wait


@pytest.fixture
def idle(worker, broker):
    """The worker does not run, and nothing waits for it."""
    worker.stop()
    broker.delete(*queues(broker))


def report_of(event):
    return f"{V1}/events/{event if isinstance(event, int) else event['id']}/report"


def queues(broker):
    """The keys of all queues, and one that nobody has: DEL wants at least one."""
    return [key for key in broker.scan_iter() if broker.type(key) == b"list"] + ["no-queue"]


def messages(broker):
    """What waits for a worker, by queue."""
    return {key: found for key in queues(broker) if (found := broker.lrange(key, 0, -1))}


def until(good, asked):
    """Look again until it is as asked, or fail by those words."""
    deadline, clock = time.monotonic() + PATIENCE, threading.Event()
    while not good():
        assert time.monotonic() < deadline, asked
        clock.wait(0.02)


class TestRequest:
    @pytest.mark.gate
    def test_a_report_is_accepted(self, api, event, organizer, idle):
        answer = api.post(report_of(event), auth=organizer)

        asked = f"POST {report_of(event)} by the organizer"
        assert answer.status_code == 202, f"{asked}: 202"
        assert set(answer.json()) == {"id", "status_url"}, f"{asked}: the keys"
        uuid.UUID(answer.json()["id"])

    def test_location_is_the_status_url(self, api, event, organizer, idle):
        answer = api.post(report_of(event), auth=organizer)

        asked = f"POST {report_of(event)}"
        found = urlsplit(answer.headers.get("location", "")).path
        assert found == urlsplit(answer.json()["status_url"]).path, f"{asked}: Location"
        assert found == f"{V1}/reports/{answer.json()['id']}", f"{asked}: status_url"

    def test_without_a_worker_it_is_pending(self, ask, read, idle):
        url = ask()

        found = read(url)

        assert set(found) == {"id", "state", "result"}, f"GET {url}: the keys"
        assert found["state"] == "pending", f"GET {url} while no worker runs: the state"
        assert found["result"] is None, f"GET {url} while no worker runs: the result"
        assert found["id"] == url.rsplit("/", 1)[-1], f"GET {url}: the id"

    def test_each_request_is_a_report_of_its_own(self, ask, idle):
        assert ask() != ask(), "POST …/report twice: two reports"


class TestRights:
    def test_who_may_ask(self, api, event, member, stranger, superuser, idle):
        path = report_of(event)

        assert api.post(path).status_code == 401, f"POST {path} without a token"
        assert api.post(path, auth=member).status_code == 403, f"POST {path} by a participant"
        answer = api.post(path, auth=stranger)
        assert answer.status_code == 403, f"POST {path} by the organizer of another event"
        assert api.post(path, auth=superuser).status_code == 202, f"POST {path} by an admin"

    def test_a_report_of_no_event_is_404(self, api, organizer):
        path = report_of(2147483647)

        assert api.post(path, auth=organizer).status_code == 404, f"POST {path}: no such event"

    def test_who_may_read(self, api, ask, member, stranger, superuser, idle):
        url = ask()

        assert api.get(url).status_code == 401, f"GET {url} without a token"
        assert api.get(url, auth=member).status_code == 403, f"GET {url} by a participant"
        answer = api.get(url, auth=stranger)
        assert answer.status_code == 403, f"GET {url} by the organizer of another event"
        assert api.get(url, auth=superuser).status_code == 200, f"GET {url} by an admin"

    def test_who_asked_may_read_it_later(self, api, event, superuser, database, idle):
        url = api.post(report_of(event), auth=superuser).json()["status_url"]

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
        self, api, event, organizer, database, broker, held_commit, finished, idle
    ):
        found, path = [], report_of(event)
        asking = threading.Thread(target=lambda: found.append(api.post(path, auth=organizer)))

        with held_commit():
            asking.start()
            until(lambda: database.value(WAITING) or found, f"POST {path} writes a row in reports")
            early = messages(broker)
        asking.join()

        assert early == {}, f"POST {path}: nothing is in the queue before the row is committed"
        finished(found[0].json()["status_url"])

    @pytest.fixture
    def held_commit(self, database):
        """Inside the block no row of reports is committed."""

        @contextmanager
        def hold():
            database.execute(HELD_COMMIT)
            lock = database.connect()
            lock.execute("SELECT pg_advisory_lock(%s)", (HOLD,))
            try:
                yield
            finally:
                lock.close()

        yield hold
        database.execute("DROP FUNCTION IF EXISTS wait_for_the_test CASCADE")

    def test_with_the_broker_down_the_answer_is_503(self, stranded, event, organizer):
        answer = stranded.post(report_of(event), auth=organizer, timeout=SOON)

        asked = f"POST {report_of(event)} with no broker at CELERY_BROKER_URL"
        assert answer.status_code == 503, asked
        assert {"detail", "code"} <= set(answer.json()), f"{asked}: the body has detail and code"
        assert "127.0.0.1" not in answer.text, f"{asked}: the body names no host"

    def test_a_report_that_nobody_will_make_is_not_pending(
        self, stranded, event, organizer, database
    ):
        stranded.post(report_of(event), auth=organizer, timeout=SOON)

        left = database.value("SELECT count(*) FROM reports WHERE state IN ('pending', 'running')")
        assert left == 0, f"POST {report_of(event)} with the broker down: rows that wait"

    def test_a_broker_that_says_nothing_is_down_too(self, server, silent_broker, event, organizer):
        urls = {"CELERY_BROKER_URL": silent_broker, "CELERY_RESULT_BACKEND": silent_broker}
        app = server.shared(**urls)

        answer = app.post(report_of(event), auth=organizer, timeout=SOON)

        asked = f"POST {report_of(event)} with a broker that takes connections and says nothing"
        assert answer.status_code == 503, asked

    @pytest.fixture
    def stranded(self, server):
        """A process of the app whose broker is not there."""
        url = "redis://127.0.0.1:1/0"
        return server.shared(CELERY_BROKER_URL=url, CELERY_RESULT_BACKEND=url)


class TestWorker:
    def test_the_result_is_the_statistics_and_the_participants(
        self, api, ask, factory, event, organizer, member, stranger, finished
    ):
        for status in ("todo", "in_progress", "completed", "completed", "cancelled"):
            factory.task(organizer, event, status=status)
        for user in (member, stranger):
            api.post(f"{V1}/events/{event['id']}/participants/{user.id}", auth=user)
        factory.task(stranger, factory.event(stranger))

        result = finished(ask())["result"]

        statistics = api.get(f"{V1}/events/{event['id']}/statistics").json()
        assert set(statistics) == COUNTS, f"GET {V1}/events/{event['id']}/statistics: the keys"
        asked = "the result of the report of an event with five tasks and two participants"
        assert result == {**statistics, "participant_count": 2}, asked

    def test_an_empty_event_has_a_report_too(self, ask, event, finished):
        result = finished(ask())["result"]

        zeros = {**dict.fromkeys(COUNTS, 0), "participant_count": 0, "event_id": event["id"]}
        assert result == zeros, "the result of the report of an event without anything"

    def test_a_report_of_a_deleted_event_does_no_harm(
        self, api, ask, event, factory, organizer, finished, idle
    ):
        url = ask()
        api.delete(f"{V1}/events/{event['id']}", auth=organizer)
        other = factory.event(organizer)
        path = report_of(other)

        finished(api.post(path, auth=organizer).json()["status_url"])

        asked = f"GET {url} of an event that was deleted meanwhile"
        assert api.get(url, auth=organizer).status_code == 404, asked

    def test_a_report_that_goes_wrong_has_failed(self, ask, database, finished, hidden, idle):
        url = ask()

        with hidden("tasks"):
            found = finished(url, state="failed")

        assert found["result"] is None, f"GET {url} of a report that has failed: the result"

    @pytest.fixture
    def hidden(self, database):
        """Inside the block every query of the table fails."""

        @contextmanager
        def hide(table):
            database.execute(f"ALTER TABLE {table} RENAME TO hidden")
            try:
                yield
            finally:
                database.execute(f"ALTER TABLE hidden RENAME TO {table}")

        return hide


class TestOnce:
    def test_a_killed_child_does_not_lose_the_report(
        self, ask, factory, event, organizer, database, worker, finished, idle
    ):
        factory.task(organizer, event)
        url = ask()
        asked = f"GET {url} after the worker's child was killed while it made the report"

        with held(database, "tasks"):
            worker.start()
            until(
                lambda: worker.ensure_alive() or database.value(WAITING),
                "the worker reads the tasks of the event",
            )
            worker.kill_child()
        found = finished(url)

        assert found["result"]["total_tasks"] == 1, asked

    def test_a_message_that_comes_twice_changes_nothing(
        self, ask, factory, event, organizer, broker, database, read, finished, idle
    ):
        factory.task(organizer, event)
        url = ask()
        copies = messages(broker)
        first = finished(url)

        factory.task(organizer, event)
        for queue, found in copies.items():
            broker.lpush(queue, *found)
        second = finished(ask())

        assert second["result"]["total_tasks"] == 2, "a report asked for after the second task"
        asked = f"GET {url} after its message has come a second time"
        assert read(url) == first, f"{asked}: it is as it was"
        assert database.value("SELECT count(*) FROM reports") == 2, f"{asked}: rows in reports"


@contextmanager
def held(database, table):
    """Whoever reads the table waits until the block ends."""
    rival: psycopg.Connection = database.connect()
    rival.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
    try:
        yield
    finally:
        rival.close()
