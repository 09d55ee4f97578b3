"""Task 2.2: people join events, and the same one never twice."""

from functools import partial

import pytest

from checks.harness.app.concurrent_requests import blocked_requests
from checks.harness.fixtures.participant_rows import (
    count_pairs,
    ensure_table,
    insert_uncommitted,
    participation_path,
    set_joined_at,
)


@pytest.fixture(autouse=True)
def table(database, commands, request):
    """The table of task 2.1, whether its migration is written yet or not."""
    ensure_table(database, commands, request.node)


@pytest.fixture
def event(factory, organizer):
    return factory.event(by=organizer)


@pytest.fixture
def path(event):
    """`path(member)`: the path of that user's participation in the event; `path()`: the list's."""
    return partial(participation_path, event_id=event["id"])


@pytest.fixture
def join(api, path):
    """`join(user)`: the user takes part, by a request of their own."""

    def post(user):
        answer = api.post(path(user), auth=user)
        assert answer.status_code == 201, f"POST {path(user)} by that user"
        return answer

    return post


@pytest.fixture
def participant_ids(api, path, organizer):
    """The ids of the participants, in the order of the list."""

    def read(**params):
        answer = api.get(path(), params=params, auth=organizer)
        assert answer.status_code == 200, f"GET {path()} {params or ''}".rstrip()
        return [entry["user_id"] for entry in answer.json()]

    return read


class TestJoin:
    @pytest.mark.gate
    def test_a_user_joins_an_event(self, api, path, event, member):
        answer = api.post(path(member), auth=member)

        case = f"POST {path(member)} by that user"
        assert answer.status_code == 201, case
        participation = answer.json()
        assert set(participation) == {"event_id", "user_id", "joined_at"}, f"{case}: the keys"
        assert participation["event_id"] == event["id"], f"{case}: event_id"
        assert participation["user_id"] == member.id, f"{case}: user_id"

    @pytest.mark.gate
    def test_the_list_names_who_joined(self, api, path, join, member):
        participation = join(member).json()

        answer = api.get(path(), auth=member)

        assert answer.status_code == 200, f"GET {path()}"
        assert [entry["user_id"] for entry in answer.json()] == [member.id], (
            f"GET {path()} after one joined"
        )
        joined_at = answer.json()[0]["joined_at"]
        assert joined_at == participation["joined_at"], (
            f"GET {path()}: joined_at is the one that POST answered"
        )

    def test_joined_at_names_its_zone(self, join, member):
        joined_at = join(member).json()["joined_at"]

        assert joined_at.endswith(("Z", "+00:00")), "joined_at is RFC 3339 in UTC, with its zone"

    @pytest.mark.parametrize("manager_name", ["organizer", "superuser"])
    def test_who_manages_the_event_adds_others(self, request, api, path, member, manager_name):
        manager = request.getfixturevalue(manager_name)

        answer = api.post(path(member), auth=manager)

        assert answer.status_code == 201, f"POST {path(member)} by the {manager_name}"

    def test_nobody_else_adds_others(self, api, path, member, stranger, participant_ids):
        answer = api.post(path(member), auth=stranger)

        assert answer.status_code == 403, f"POST {path(member)} by another user"
        assert participant_ids() == [], f"GET {path()} after the 403"

    def test_nobody_joins_without_a_token(self, api, path, member):
        answer = api.post(path(member))

        assert answer.status_code == 401, f"POST {path(member)} without a token"

    def test_a_missing_event_is_not_found(self, api, path, member):
        answer = api.post(path(member, event_id=4711), auth=member)

        assert answer.status_code == 404, f"POST {path(member, event_id=4711)} of no event"

    def test_a_missing_user_is_not_found(self, api, path, organizer):
        answer = api.post(path(4711), auth=organizer)

        assert answer.status_code == 404, f"POST {path(4711)} of no user, by the organizer"

    def test_an_inactive_user_is_not_found(self, api, path, users, organizer, member):
        users.deactivate(member)

        answer = api.post(path(member), auth=organizer)

        assert answer.status_code == 404, f"POST {path(member)} of an inactive user"

    @pytest.mark.parametrize("number", [0, -1, 2**31, 10**20])
    def test_an_id_that_nothing_can_have_is_refused(self, api, organizer, event, number):
        path = f"/api/events/{event['id']}/participants/{number}"

        answer = api.post(path, auth=organizer)

        assert answer.status_code in {404, 422}, f"POST {path}"

    @pytest.mark.parametrize("status", ["completed", "cancelled"])
    def test_nobody_joins_an_event_that_is_over(
        self, api, factory, path, organizer, member, status
    ):
        closed_event = factory.event(by=organizer, status=status)

        answer = api.post(path(member, event_id=closed_event["id"]), auth=member)

        assert answer.status_code == 409, f"POST …/participants/… of a {status} event"
        assert {"detail", "code"} <= set(answer.json()), "the body of a 409 has detail and code"


class TestUniqueness:
    def test_joining_twice_is_a_conflict(self, api, path, join, member, participant_ids):
        join(member)

        answer = api.post(path(member), auth=member)

        assert answer.status_code == 409, f"POST {path(member)} a second time"
        assert {"detail", "code"} <= set(answer.json()), "the body of a 409 has detail and code"
        assert participant_ids() == [member.id], f"GET {path()} after the second POST"

    def test_of_two_at_the_same_time_one_is_told(self, api, path, database, event, member):
        rival = insert_uncommitted(database, event["id"], member.id)

        with blocked_requests(database, lambda: api.post(path(member), auth=member)) as answers:
            rival.commit()

        case = f"POST {path(member)} while another request's row is not committed yet"
        assert [answer.status_code for answer in answers] == [409], case
        rows = count_pairs(database, event["id"], member.id)
        assert rows == 1, f"{case}: rows of this pair in the end"

    def test_who_joined_one_event_joins_another(self, api, factory, path, join, organizer, member):
        join(member)
        other_event_id = factory.event(by=organizer)["id"]

        answer = api.post(path(member, event_id=other_event_id), auth=member)

        assert answer.status_code == 201, (
            f"POST {path(member, event_id=other_event_id)}, another event"
        )


class TestLeave:
    @pytest.mark.parametrize(
        ("actor_name", "status"),
        [("member", "completed"), ("organizer", "cancelled"), ("superuser", "planning")],
    )
    def test_a_participant_is_removed(
        self, request, api, database, path, join, member, participant_ids, actor_name, status
    ):
        actor = request.getfixturevalue(actor_name)
        join(member)
        database.execute("UPDATE events SET status = %(status)s", status=status)

        answer = api.delete(path(member), auth=actor)

        case = f"DELETE {path(member)} by the {actor_name}, of an event that is {status}"
        assert answer.status_code == 204, case
        assert participant_ids() == [], f"GET {path()} after the DELETE"

    def test_nobody_else_removes_others(self, api, path, join, member, stranger, participant_ids):
        join(member)

        answer = api.delete(path(member), auth=stranger)

        assert answer.status_code == 403, f"DELETE {path(member)} by another user"
        assert participant_ids() == [member.id], f"GET {path()} after the 403"

    def test_nobody_leaves_without_a_token(self, api, path, join, member):
        join(member)

        assert api.delete(path(member)).status_code == 401, f"DELETE {path(member)} without a token"

    def test_who_does_not_take_part_cannot_leave(self, api, path, member):
        answer = api.delete(path(member), auth=member)

        assert answer.status_code == 404, f"DELETE {path(member)} of somebody who did not join"

    def test_a_missing_event_cannot_be_left(self, api, path, member):
        answer = api.delete(path(member, event_id=4711), auth=member)

        assert answer.status_code == 404, f"DELETE {path(member, event_id=4711)} of no event"

    def test_others_stay_and_who_left_may_come_back(
        self, api, path, users, join, member, stranger, participant_ids
    ):
        join(member)
        join(stranger)
        users.deactivate(stranger)

        api.delete(path(member), auth=member)

        case = f"GET {path()} after one of two left, and the other was switched off"
        assert participant_ids() == [stranger.id], case
        join(member)
        assert participant_ids() == [stranger.id, member.id], f"GET {path()} after they came back"

    def test_an_event_with_participants_can_be_deleted(self, api, event, join, member, organizer):
        join(member)
        path = f"/api/events/{event['id']}"

        answer = api.delete(path, auth=organizer)

        assert answer.status_code == 204, f"DELETE {path} of an event with a participant"


class TestList:
    def test_shows_names_and_no_more(self, api, path, join, member, stranger):
        join(member)

        answer = api.get(path(), auth=stranger)

        entry = answer.json()[0]
        assert set(entry) == {"user_id", "full_name", "joined_at"}, f"GET {path()}: the keys"
        assert entry["full_name"] == member.full_name, f"GET {path()}: full_name"
        assert member.email not in answer.text, f"GET {path()} shows no e-mail address"

    def test_follows_the_order_of_joining(self, database, users, join, participant_ids):
        first, second, third = (users.member() for _ in range(3))
        for user in (first, second, third):
            join(user)
        for user, hour in ((first, 3), (second, 1), (third, 2)):
            set_joined_at(database, user.id, hour)

        assert participant_ids() == [second.id, third.id, first.id], (
            "the list is ordered by joined_at"
        )

    def test_equal_times_follow_the_users_id(self, database, users, join, participant_ids):
        users = [users.member(name) for name in ("zoe", "bob", "yan", "amy")]
        for user in reversed(users):
            join(user)
        for user in (users[2], users[0], users[3], users[1]):
            set_joined_at(database, user.id, hour=1)

        case = "participants of the same joined_at are ordered by user_id"
        assert participant_ids() == [user.id for user in users], case

    def test_comes_in_pages(self, users, join, participant_ids):
        users = [users.member() for _ in range(3)]
        for user in users:
            join(user)

        assert participant_ids(limit=2) == [user.id for user in users[:2]], (
            "limit=2 gives the first two"
        )
        assert participant_ids(skip=2) == [users[2].id], "skip=2 of three leaves the last one"

    @pytest.mark.parametrize("query", ["limit=0", "limit=-1", "skip=-1"])
    def test_a_page_that_cannot_be_is_refused(self, api, path, organizer, query):
        answer = api.get(f"{path()}?{query}", auth=organizer)

        assert answer.status_code == 422, f"GET {path()}?{query}"

    def test_an_event_without_participants_has_an_empty_list(self, participant_ids):
        assert participant_ids() == [], "the list of an event that nobody joined"

    def test_a_missing_event_has_no_list(self, api, path, member):
        answer = api.get(path(event_id=4711), auth=member)

        assert answer.status_code == 404, f"GET {path(event_id=4711)} of no event"

    def test_nobody_reads_it_without_a_token(self, api, path):
        assert api.get(path()).status_code == 401, f"GET {path()} without a token"
