"""Task 6.3: public answers come from Redis, are never old after a write, and need no Redis.

The cached app is a process of its own; `api`, whose cache is turned off, knows the truth.
"""

import pytest
from checks.harness.app.commit_hold import CommitHold
from checks.harness.app.concurrent_requests import blocked_requests

V1, V2, OLD = "/api/v1/events/", "/api/v2/events/", "/api/events/"
TTL = 30
COUNTER = 64  # bytes: what is longer holds an answer, what is shorter a number or a word
TIMEOUT = 2.0
MANY_TASKS = """
    INSERT INTO tasks (title, event_id) SELECT 'Behind', %(event)s FROM generate_series(1, 3)
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
    planned = factory.event(organizer)
    factory.task(organizer, planned, status="completed")
    factory.task(organizer, planned)
    return planned


@pytest.fixture
def party(factory, stranger):
    """Another event, of somebody else."""
    return factory.event(
        stranger, title="Party", status="scheduled", start_time="2031-04-01T10:00Z"
    )


@pytest.fixture
def paths(event, party):
    """What everybody may read, with several queries."""
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

            request = f"GET {path} {after}"
            assert answer.status_code == truth.status_code, request
            assert answer.json() == truth.json(), f"{request}: what is stored now"

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


def answer_keys(redis):
    """The keys that hold an answer."""
    strings = (key for key in redis.scan_iter() if redis.type(key) == b"string")
    return [key for key in strings if redis.strlen(key) > COUNTER]


class TestHit:
    @pytest.mark.gate
    def test_the_second_time_it_comes_from_the_cache(self, cached, database, event):
        app = cached()
        paths = [V1, V2, f"{V1}{event['id']}/statistics"]
        before = [app.get(path).json() for path in paths]
        database.execute("UPDATE events SET title = 'Behind'")
        database.execute(MANY_TASKS, event=event["id"])

        for path, first in zip(paths, before, strict=True):
            answer = app.get(path)

            request = f"GET {path} the second time, with rows changed behind the app's back"
            assert answer.status_code == 200, request
            assert answer.json() == first, f"{request}: the same answer, out of the cache"

    @pytest.mark.gate
    def test_each_question_has_its_own_answer(self, cached, check, redis):
        app = cached()

        check(app, "the first time")
        check(app, "the second time")
        assert [*redis.scan_iter()], "what was answered is kept in Redis"

    def test_it_looks_as_without_a_cache(self, api, cached, event):
        app = cached()

        for path in (V1, V2, f"{V1}{event['id']}/statistics"):
            for ordinal in ("first", "second"):
                answer = app.get(path)

                assert answer.headers["content-type"] == api.get(path).headers["content-type"], (
                    f"GET {path} the {ordinal} time: Content-Type"
                )

    def test_what_is_kept_is_kept_for_the_set_time(self, cached, check, redis):
        check(cached(), "once")

        lifetimes = {key: redis.ttl(key) for key in answer_keys(redis)}
        wrong = {key: ttl for key, ttl in lifetimes.items() if not 0 < ttl <= TTL}
        assert wrong == {}, f"each answer in Redis has a TTL of CACHE_TTL_SECONDS={TTL} at most"
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
        self, cached, check, database, event, organizer
    ):
        app, reader, path = cached(), cached(), f"{V1}{event['id']}"

        def change():
            return app.patch(path, json={"title": "Changed"}, auth=organizer)

        with (
            CommitHold(database, "events", "UPDATE") as commit,
            blocked_requests(database, change),
        ):
            check(reader, f"during PATCH {path}")
            commit.release()

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
                request = f"GET {path} by {who}, after others"
                assert answer.status_code == truth.status_code, request
                assert answer.json() == truth.json(), f"{request}: their own answer"

    def test_keys_of_others_are_left_alone(self, cached, write, redis, event):
        foreign = {"celery": b"tasks", "events:1": b"theirs", "their:eventure:events": b"theirs"}
        redis.mset(foreign)

        write(cached(), "PATCH", f"{V1}{event['id']}", json={"title": "Changed"})

        after = dict(zip(foreign, redis.mget(foreign), strict=True))
        assert after == foreign, "keys in Redis that are not the app's, after a write"


class TestStore:
    def test_without_redis_everything_answers(self, cached, check, event, organizer):
        app = cached(REDIS_URL="redis://127.0.0.1:1/0")

        assert_works(app, check, event, organizer, "with no Redis at REDIS_URL")

    def test_with_a_redis_that_does_not_answer_too(
        self, cached, check, event, organizer, silent_redis
    ):
        app = cached(REDIS_URL=silent_redis)

        assert_works(app, check, event, organizer, "with a Redis that never answers")

    @pytest.mark.parametrize("damage", ["noise", "half", "nothing"])
    def test_what_is_damaged_is_made_again(self, cached, check, redis, damage):
        app = cached()
        check(app, "the first time")

        for key in answer_keys(redis):
            stored = redis.get(key)
            half = stored[: len(stored) // 2]
            damaged = {"noise": b"\xff\x00{" * 30, "half": half, "nothing": b""}
            redis.set(key, damaged[damage], keepttl=True)

        check(app, f"when what is kept was replaced by {damage}")


def assert_works(app, check, event, organizer, when):
    """Reading and writing go on; each answer within two seconds."""
    check(app, when, timeout=TIMEOUT)
    path = f"{V1}{event['id']}"
    answer = app.patch(path, json={"title": "Changed"}, auth=organizer, timeout=TIMEOUT)
    assert answer.status_code == 200, f"PATCH {path} {when}"
    check(app, f"after a write {when}", timeout=TIMEOUT)
