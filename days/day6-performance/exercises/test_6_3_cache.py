"""Task 6.3: public answers come from Redis, are never old after a write, and need no Redis.

The cached app is a process of its own; `api`, whose cache is turned off, knows the truth.
"""

from functools import partial

import pytest
from checks.harness.app.commit_hold import CommitHold
from checks.harness.app.concurrent_requests import blocked_requests
from checks.harness.app.polling import holds_within
from checks.harness.app.sample_rows import insert_tasks, retitle_events
from checks.harness.doubles.relay import held_answer
from checks.harness.fixtures import redis_keys
from checks.harness.fixtures.public_paths import V1, V2, paired_paths, private_paths, public_paths

TTL, TIMEOUT = 30, 2.0
TIMES = {"start_time": "2031-01-01T10:00:00Z", "end_time": "2031-01-01T12:00:00Z"}


@pytest.fixture
def cached_app(server):
    """`cached_app()`: the app with the cache turned on; with other settings, another process."""
    settings = {"CACHE_ENABLED": "true", "CACHE_TTL_SECONDS": str(TTL)}
    return lambda **extra: server.shared(**{**settings, **extra})


@pytest.fixture
def relayed_app(cached_app, relayed_settings):
    """A second process, with relays in front of PostgreSQL and Redis that a test can stop."""
    return cached_app(**relayed_settings)


@pytest.fixture
def event(factory, organizer):
    """An event with two tasks, one of them completed."""
    event = factory.event(organizer)
    factory.task(organizer, event, status="completed")
    factory.task(organizer, event)
    return event


@pytest.fixture
def other_event(factory, stranger):
    """Another event, of somebody else."""
    return factory.event(
        stranger, title="Party", status="scheduled", start_time="2031-04-01T10:00Z"
    )


@pytest.fixture
def assert_fresh(api, event, other_event):
    """`assert_fresh(app, "after POST …")`: every public answer of the app is what is stored now."""

    def compare(app, moment, paths=(), **options):
        for path in paths or public_paths([event, other_event]):
            answer = app.get(path, **options)
            uncached = api.get(path)

            request = f"GET {path} {moment}"
            assert answer.status_code == uncached.status_code, request
            assert answer.json() == uncached.json(), f"{request}: what is stored now"

    return compare


@pytest.fixture
def retitle(event, organizer):
    """`retitle(app, "Changed", "after …")`: the organizer gives the event another title."""

    def send(app, title, moment, **options):
        answer = app.patch(f"{V1}{event['id']}", json={"title": title}, auth=organizer, **options)
        assert answer.status_code == 200, f"PATCH {V1}{{event_id}} {moment}"
        return answer

    return send


@pytest.fixture
def write(assert_fresh, organizer):
    """`write(app, "PATCH", path, json=…)`: every cached answer is fresh right after the write."""

    def send(app, method, path, *, auth=organizer, **options):
        assert_fresh(app, "before a write")
        answer = app.request(method, path, auth=auth, **options)
        assert answer.is_success, f"{method} {path}: {answer.status_code}"
        assert_fresh(app, f"right after {method} {path}")
        return answer.json() if answer.content else None

    return send


class TestHit:
    @pytest.mark.gate
    def test_the_second_time_it_comes_from_the_cache(self, cached_app, database, event):
        app = cached_app()
        paths = [V1, V2, f"{V1}{event['id']}/statistics"]
        first_answers = [app.get(path).json() for path in paths]
        retitle_events(database, "Behind")
        insert_tasks(database, event["id"], 3)

        for path, first in zip(paths, first_answers, strict=True):
            answer = app.get(path)

            request = f"GET {path} the second time, with rows changed behind the app's back"
            assert answer.status_code == 200, request
            assert answer.json() == first, f"{request}: the same answer, out of the cache"

    @pytest.mark.gate
    def test_each_question_has_its_own_answer(self, cached_app, assert_fresh, event, redis):
        app = cached_app()
        assert_fresh(app, "the first time")
        assert_fresh(app, "the second time")
        assert_fresh(app, "after a question with the same value", paired_paths(event))
        assert [*redis.scan_iter()], "what was answered is kept in Redis"

    def test_it_looks_as_without_a_cache(self, api, cached_app, event):
        app = cached_app()

        for path in (V1, V2, f"{V1}{event['id']}/statistics"):
            for ordinal in ("first", "second"):
                answer = app.get(path)

                assert answer.headers["content-type"] == api.get(path).headers["content-type"], (
                    f"GET {path} the {ordinal} time: Content-Type"
                )

    def test_what_is_kept_is_kept_for_the_set_time(self, cached_app, assert_fresh, redis):
        assert_fresh(cached_app(), "once")

        lifetimes = {key: redis.ttl(key) for key in redis_keys.keys_of_answers(redis)}
        wrong = {key: ttl for key, ttl in lifetimes.items() if not 0 < ttl <= TTL}
        assert wrong == {}, f"each answer in Redis has a TTL of CACHE_TTL_SECONDS={TTL} at most"
        permanent = redis_keys.collections_without_ttl(redis)
        assert permanent == [], "nothing that can grow stays in Redis for ever"

    def test_keys_begin_with_the_apps_name(self, cached_app, assert_fresh, redis):
        assert_fresh(cached_app(), "once")

        foreign = [key for key in redis.scan_iter() if not key.startswith(b"eventure:")]
        assert foreign == [], "every key in Redis begins with eventure:"

    def test_what_redis_has_lost_is_made_again(self, cached_app, database, redis, assert_fresh):
        app = cached_app()
        assert_fresh(app, "the first time")
        retitle_events(database, "Behind")
        redis.delete(*redis.scan_iter())

        assert_fresh(app, "when Redis has nothing any more")

    def test_it_can_be_turned_off(self, cached_app, assert_fresh, redis):
        assert_fresh(cached_app(CACHE_ENABLED="false"), "with CACHE_ENABLED=false")

        assert [*redis.scan_iter()] == [], "with CACHE_ENABLED=false nothing is kept in Redis"


class TestFreshness:
    def test_a_new_event_is_there_at_once(self, cached_app, write):
        write(cached_app(), "POST", V1, json={"title": "New", **TIMES})

    def test_a_change_of_an_event_is_seen_at_once(self, cached_app, write, event):
        app = cached_app()

        write(app, "PATCH", f"{V1}{event['id']}", json={"title": "Changed"})
        write(app, "PUT", f"{V1}{event['id']}", json={"title": "Replaced", **TIMES})

    def test_a_deleted_event_is_gone_at_once(self, cached_app, write, event):
        write(cached_app(), "DELETE", f"{V1}{event['id']}")

    def test_a_task_counts_at_once(self, cached_app, write, event):
        app, tasks = cached_app(), "/api/v1/tasks/"

        task = write(app, "POST", tasks, json={"title": "Cake", "event_id": event["id"]})
        write(app, "PATCH", f"{tasks}{task['id']}", json={"status": "completed"})
        write(app, "DELETE", f"{tasks}{task['id']}")

    def test_an_assignee_s_word_counts_at_once(
        self, cached_app, write, factory, event, organizer, member
    ):
        task = factory.task(organizer, event, assigned_to_id=member.id)

        path = f"/api/v1/tasks/{task['id']}"
        write(cached_app(), "PATCH", path, auth=member, json={"status": "completed"})

    def test_a_participant_counts_at_once(self, cached_app, write, event, member):
        app, path = cached_app(), f"{V1}{event['id']}/participants/{member.id}"

        write(app, "POST", path, auth=member)
        write(app, "DELETE", path, auth=member)

    def test_it_is_seen_in_another_process_too(
        self, cached_app, relayed_app, assert_fresh, retitle
    ):
        for app in (cached_app(), relayed_app):
            assert_fresh(app, "before a write")
        retitle(cached_app(), "Changed", "at one process")

        assert_fresh(relayed_app, f"right after PATCH {V1}{{event_id}} at another process")

    def test_who_reads_during_the_commit_does_not_keep_the_old(
        self, cached_app, assert_fresh, database, retitle
    ):
        app, reader = cached_app(), cached_app()
        write = partial(retitle, app, "Changed", "with a held commit")

        with CommitHold(database, "events", "UPDATE") as commit, blocked_requests(database, write):
            assert_fresh(reader, "during a commit")
            commit.release()

        assert_fresh(reader, "after a commit, during which somebody read")

    @pytest.mark.parametrize("list_path", [V1, V2])
    def test_who_has_read_before_the_commit_does_not_keep_the_old(
        self, cached_app, relayed_app, postgres_relay, assert_fresh, retitle, list_path
    ):
        assert_fresh(relayed_app, "before a write", [V1, V2])
        retitle(cached_app(), "Seen before", "at another process")
        with held_answer(postgres_relay, b"Seen before", partial(relayed_app.get, list_path)):
            retitle(cached_app(), "Changed", f"while GET {list_path} is on its way")

        for app in (relayed_app, cached_app()):
            assert_fresh(app, f"after a write, before which GET {list_path} had read", [V1, V2])


class TestOthers:
    def test_nobody_gets_what_is_somebody_elses(
        self, api, cached_app, factory, event, organizer, member, superuser
    ):
        factory.task(organizer, event, assigned_to_id=member.id)
        app = cached_app()

        for path in private_paths(event["id"]):
            for user in (superuser, member, organizer, None, member):
                answer, uncached = app.get(path, auth=user), api.get(path, auth=user)

                reader = user.email.split("-")[0] if user else "somebody who is not logged in"
                request = f"GET {path} by {reader}, after others"
                assert answer.status_code == uncached.status_code, request
                assert answer.json() == uncached.json(), f"{request}: their own answer"

    def test_keys_of_others_are_left_alone(self, cached_app, write, redis, event):
        foreign = {"celery": b"tasks", "events:1": b"theirs", "their:eventure:events": b"theirs"}
        redis.mset(foreign)

        write(cached_app(), "PATCH", f"{V1}{event['id']}", json={"title": "Changed"})

        after = dict(zip(foreign, redis.mget(foreign), strict=True))
        assert after == foreign, "keys in Redis that are not the app's, after a write"


class TestStore:
    def test_without_redis_everything_answers(self, cached_app, assert_fresh, retitle):
        app = cached_app(REDIS_URL="redis://127.0.0.1:1/0")

        assert_works(app, assert_fresh, retitle, "with no Redis at REDIS_URL")

    def test_with_a_redis_that_does_not_answer_too(
        self, cached_app, assert_fresh, retitle, silent_redis
    ):
        app = cached_app(REDIS_URL=silent_redis)

        assert_works(app, assert_fresh, retitle, "with a Redis that never answers")

    @pytest.mark.parametrize("first", ["write", "read"])
    def test_what_is_written_without_redis_is_not_forgotten(
        self, relayed_app, redis_relay, redis, assert_fresh, retitle, first
    ):
        moment = "when Redis is back after a write without it"
        moment += ", and a read had noticed the outage" * (first == "read")
        assert_fresh(relayed_app, "before Redis is away")
        kept = redis_keys.contents(redis)
        redis_relay.refuse()
        if first == "read":
            relayed_app.get(V1)
        retitle(relayed_app, "Changed", "while Redis is away")
        assert_fresh(relayed_app, "after a write while Redis is away", [V1])
        redis_relay.resume()

        def is_used_again():
            assert_fresh(relayed_app, moment, [V1])
            return redis_keys.contents(redis) != kept

        holds_within(10.0, is_used_again, interval=0.1)
        assert_fresh(relayed_app, moment)

    @pytest.mark.parametrize("damage", ["noise", "half", "nothing"])
    def test_what_is_damaged_is_made_again(self, cached_app, assert_fresh, redis, damage):
        app = cached_app()
        assert_fresh(app, "the first time")

        redis_keys.damage_answers(redis, damage)

        assert_fresh(app, f"when what is kept was replaced by {damage}")


def assert_works(app, assert_fresh, retitle, condition):
    """Reading and writing go on; each answer within two seconds."""
    assert_fresh(app, condition, timeout=TIMEOUT)
    retitle(app, "Changed", condition, timeout=TIMEOUT)
    assert_fresh(app, f"after a write {condition}", timeout=TIMEOUT)
