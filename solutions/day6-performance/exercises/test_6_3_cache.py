"""Task 6.3: public answers come from Redis, are never old after a write, and need no Redis.

The cached app is a process of its own; `api`, whose cache is turned off, knows the truth.
"""

import contextlib
import socket
import threading
import time

import pytest

V1, V2, OLD = "/api/v1/events/", "/api/v2/events/", "/api/events/"
TTL = 30
COUNTER = 64  # bytes: what is longer holds an answer, what is shorter a number or a word
PATIENCE = 5.0
LIMIT = 2.0
MANY_TASKS = """
    INSERT INTO tasks (title, event_id) SELECT 'Behind', %(event)s FROM generate_series(1, 3)
"""
WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
# Whoever changes an event waits with the COMMIT until the lock is given back.
HOLD = """
    CREATE FUNCTION hold_the_commit() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_advisory_xact_lock(63); RETURN NULL; END'
"""
HELD = """
    CREATE CONSTRAINT TRIGGER hold_the_commit AFTER UPDATE ON events
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_the_commit()
"""


@pytest.fixture
def cached(server):
    """`cached()`: the app with the cache turned on; `number` is one of its processes."""

    def process(number=1, **extra):
        settings = {"CACHE_ENABLED": "true", "CACHE_TTL_SECONDS": str(TTL), "NUMBER": str(number)}
        return server.shared(**{**settings, **extra})

    return process


@pytest.fixture
def event(factory, organizer):
    """An event with two tasks, one of them completed."""
    made = factory.event(organizer)
    factory.task(organizer, made, status="completed")
    factory.task(organizer, made)
    return made


@pytest.fixture
def party(factory, stranger):
    """Another event, of somebody else."""
    return factory.event(
        stranger, title="Party", status="scheduled", start_time="2031-04-01T10:00Z"
    )


@pytest.fixture
def paths(event, party):
    """What everybody may read, asked in several ways."""
    return [
        *(V1, f"{V1}?status=planning", f"{V1}?limit=1", f"{V1}?limit=1&skip=1", OLD),
        *(f"{V1}?sort_by=title&order=desc", f"{V1}?organizer_id={event['organizer_id']}"),
        *(V2, f"{V2}?status=scheduled", f"{V2}?page_size=1", f"{V2}?page_size=1&page=2"),
        *(f"{V1}{each['id']}/statistics" for each in (event, party)),
        *(f"{root}{each['id']}" for root in (V1, V2) for each in (event, party)),
    ]


@pytest.fixture
def check(api, paths):
    """`check(app, "POST …")`: of all paths the app answers what is true, after that."""

    def compare(app, after, **options):
        for path in paths:
            answer = app.get(path, **options)
            truth = api.get(path)

            asked = f"GET {path} {after}"
            assert answer.status_code == truth.status_code, asked
            assert answer.json() == truth.json(), f"{asked}: what is stored now"

    return compare


@pytest.fixture
def write(check, organizer):
    """`write(app, "PATCH", path, json=…)`, and all that was cached before is true after it."""

    def send(app, method, path, *, auth=organizer, **options):
        check(app, "before a write")
        answer = app.request(method, path, auth=auth, **options)
        assert answer.is_success, f"{method} {path}: {answer.status_code}"
        check(app, f"right after {method} {path}")
        return answer.json() if answer.content else None

    return send


@pytest.fixture
def black_hole(environment):
    """The address of a Redis that takes every connection, and never answers."""
    file = environment.scratch / "slow.sock"
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(file))
        file.chmod(0o777)
        listener.listen(100)
        yield f"unix://{environment.border().inside(file.name)}?db=0"
    file.unlink()


@pytest.fixture
def held(database):
    """Whoever changes an event waits before the end of their COMMIT, until `held()`."""
    database.execute(HOLD)
    database.execute(HELD)
    rival = database.connect()
    rival.execute("SELECT pg_advisory_lock(63)")
    yield rival.close
    rival.close()
    database.execute("DROP TRIGGER hold_the_commit ON events")
    database.execute("DROP FUNCTION hold_the_commit")


def answers_in(redis):
    """The keys that hold an answer."""
    strings = (key for key in redis.scan_iter() if redis.type(key) == b"string")
    return [key for key in strings if redis.strlen(key) > COUNTER]


class TestHit:
    @pytest.mark.gate
    def test_the_second_time_it_comes_from_the_cache(self, cached, database, event):
        app = cached()
        asked = [V1, V2, f"{V1}{event['id']}/statistics"]
        before = [app.get(path).json() for path in asked]
        database.execute("UPDATE events SET title = 'Behind'")
        database.execute(MANY_TASKS, event=event["id"])

        for path, first in zip(asked, before, strict=True):
            answer = app.get(path)

            said = f"GET {path} the second time, with rows changed behind the app's back"
            assert answer.status_code == 200, said
            assert answer.json() == first, f"{said}: the same answer, out of the cache"

    @pytest.mark.gate
    def test_each_question_has_its_own_answer(self, cached, check, redis):
        app = cached()

        check(app, "the first time")
        check(app, "the second time")
        assert [*redis.scan_iter()], "what was answered is kept in Redis"

    def test_it_looks_as_without_a_cache(self, api, cached, event):
        app = cached()

        for path in (V1, V2, f"{V1}{event['id']}/statistics"):
            for time_ in ("first", "second"):
                found = app.get(path)

                assert found.headers["content-type"] == api.get(path).headers["content-type"], (
                    f"GET {path} the {time_} time: Content-Type"
                )

    def test_what_is_kept_is_kept_for_the_set_time(self, cached, check, redis):
        check(cached(), "once")

        bad = {key: redis.ttl(key) for key in answers_in(redis)}
        bad = {key: ttl for key, ttl in bad.items() if not 0 < ttl <= TTL}
        assert bad == {}, f"each answer in Redis has a TTL of CACHE_TTL_SECONDS={TTL} at most"
        endless = [key for key in redis.scan_iter() if redis.ttl(key) == -1]
        endless = [key for key in endless if redis.type(key) != b"string"]
        assert endless == [], "nothing that can grow stays in Redis for ever"

    def test_keys_begin_with_the_apps_name(self, cached, check, redis):
        check(cached(), "once")

        foreign = [key for key in redis.scan_iter() if not key.startswith(b"eventure:")]
        assert foreign == [], "every key in Redis begins with eventure:"

    def test_what_redis_has_lost_is_made_again(self, cached, database, redis, event, check):
        app = cached()
        check(app, "the first time")
        database.execute("UPDATE events SET title = 'Behind'")
        redis.delete(*redis.scan_iter())

        check(app, "when Redis has nothing any more")

    def test_it_can_be_turned_off(self, cached, check, redis):
        check(cached(CACHE_ENABLED="false"), "with CACHE_ENABLED=false")

        assert [*redis.scan_iter()] == [], "with CACHE_ENABLED=false nothing is kept in Redis"


class TestFreshness:
    def test_a_new_event_is_there_at_once(self, cached, write):
        times = {"start_time": "2031-01-01T10:00:00Z", "end_time": "2031-01-01T12:00:00Z"}

        write(cached(), "POST", V1, json={"title": "New", **times})

    def test_a_change_of_an_event_is_seen_at_once(self, cached, write, event):
        app = cached()
        times = {"start_time": "2031-01-01T10:00:00Z", "end_time": "2031-01-01T12:00:00Z"}

        write(app, "PATCH", f"{V1}{event['id']}", json={"title": "Changed"})
        write(app, "PUT", f"{V1}{event['id']}", json={"title": "Replaced", **times})

    def test_a_deleted_event_is_gone_at_once(self, cached, write, event):
        write(cached(), "DELETE", f"{V1}{event['id']}")

    def test_a_task_counts_at_once(self, cached, write, event):
        app, tasks = cached(), "/api/v1/tasks/"

        task = write(app, "POST", tasks, json={"title": "Cake", "event_id": event["id"]})
        write(app, "PATCH", f"{tasks}{task['id']}", json={"status": "completed"})
        write(app, "DELETE", f"{tasks}{task['id']}")

    def test_an_assignee_s_word_counts_at_once(
        self, cached, write, factory, event, organizer, member
    ):
        task = factory.task(organizer, event, assigned_to_id=member.id)

        path = f"/api/v1/tasks/{task['id']}"
        write(cached(), "PATCH", path, auth=member, json={"status": "completed"})

    def test_a_participant_counts_at_once(self, cached, write, event, member):
        app, path = cached(), f"{V1}{event['id']}/participants/{member.id}"

        write(app, "POST", path, auth=member)
        write(app, "DELETE", path, auth=member)

    def test_it_is_seen_in_another_process_too(self, cached, check, event, organizer):
        here, there = cached(1), cached(2)
        for app in (here, there):
            check(app, "before a write")

        path = f"{V1}{event['id']}"
        assert here.patch(path, json={"title": "Changed"}, auth=organizer).status_code == 200, (
            f"PATCH {path}"
        )

        check(there, f"right after PATCH {path} at another process")

    def test_who_reads_during_the_commit_does_not_keep_the_old(
        self, cached, check, database, event, organizer, held
    ):
        app, reader, path = cached(), cached(), f"{V1}{event['id']}"
        change = {"json": {"title": "Changed"}, "auth": organizer}
        request = threading.Thread(target=app.patch, args=(path,), kwargs=change)
        request.start()
        wait_until_it_waits(database, request)
        check(reader, f"during PATCH {path}")

        held()
        request.join(PATIENCE)

        check(reader, f"after PATCH {path}, during which somebody read")


class TestOthers:
    def test_nobody_gets_what_is_somebody_elses(
        self, api, cached, factory, event, organizer, member, superuser
    ):
        factory.task(organizer, event, assigned_to_id=member.id)
        app = cached()
        mine = ["/api/v1/tasks/my-tasks", "/api/v1/auth/me", "/api/v2/users/", "/api/v1/users/all"]
        mine += [f"/api/v1/tasks/event/{event['id']}", f"{V1}{event['id']}/participants"]

        for path in mine:
            for user in (superuser, member, organizer, None, member):
                answer, truth = app.get(path, auth=user), api.get(path, auth=user)

                who = user.email.split("-")[0] if user else "somebody who is not logged in"
                asked = f"GET {path} by {who}, after others"
                assert answer.status_code == truth.status_code, asked
                assert answer.json() == truth.json(), f"{asked}: their own answer"

    def test_keys_of_others_are_left_alone(self, cached, write, redis, event):
        theirs = {"celery": b"tasks", "events:1": b"theirs", "their:eventure:events": b"theirs"}
        redis.mset(theirs)

        write(cached(), "PATCH", f"{V1}{event['id']}", json={"title": "Changed"})

        left = dict(zip(theirs, redis.mget(theirs), strict=True))
        assert left == theirs, "keys in Redis that are not the app's, after a write"


class TestStore:
    def test_without_redis_everything_answers(self, cached, check, event, organizer):
        app = cached(REDIS_URL="redis://127.0.0.1:1/0")

        works_on(app, check, event, organizer, "with no Redis at REDIS_URL")

    def test_with_a_redis_that_does_not_answer_too(
        self, cached, check, event, organizer, black_hole
    ):
        app = cached(REDIS_URL=black_hole)

        works_on(app, check, event, organizer, "with a Redis that never answers")

    @pytest.mark.parametrize("damage", ["noise", "half", "nothing"])
    def test_what_is_damaged_is_made_again(self, cached, check, redis, damage):
        app = cached()
        check(app, "the first time")

        for key in answers_in(redis):
            whole = redis.get(key)
            rest = {"noise": b"\xff\x00{" * 30, "half": whole[: len(whole) // 2], "nothing": b""}
            redis.set(key, rest[damage], keepttl=True)

        check(app, f"when what is kept was replaced by {damage}")


def works_on(app, check, event, organizer, when):
    """Reading and writing go on; each answer within two seconds."""
    check(app, when, timeout=LIMIT)
    path = f"{V1}{event['id']}"
    answer = app.patch(path, json={"title": "Changed"}, auth=organizer, timeout=LIMIT)
    assert answer.status_code == 200, f"PATCH {path} {when}"
    check(app, f"after a write {when}", timeout=LIMIT)


def wait_until_it_waits(database, request):
    """Until the change stands before its COMMIT."""
    deadline = time.monotonic() + PATIENCE
    while request.is_alive() and not database.value(WAITING) and time.monotonic() < deadline:
        request.join(0.01)
