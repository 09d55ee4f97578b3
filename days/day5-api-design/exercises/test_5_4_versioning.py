"""Task 5.4: two versions side by side, and the old addresses for whoever has not moved yet."""

import re
from email.utils import parsedate_to_datetime

import pytest
from checks.harness.app.api_walk import ApiWalk
from checks.harness.artefacts.openapi import Documentation
from checks.harness.fixtures.request_bodies import WRONG_LOGIN, WRONG_LOGIN_FORM
from checks.harness.fixtures.response_keys import (
    AUTH_ROUTES,
    EVENT,
    PAGE,
    USER,
    VERSION_1_ROUTES,
)

V1, V2, OLD = "/api/v1", "/api/v2", "/api"
EVENT_V2 = EVENT | {"organizer", "task_count", "completed_count", "participant_count"}


@pytest.fixture
def api_walk(api):
    """`api_walk(root)`: a client of the routes below `root`; each answer's status is asserted."""

    def create(root):
        def send(status, method, path, target, **options):
            answer = api.request(method, f"{root}{target}", **options)
            assert answer.status_code == status, f"{method} {root}{path}: {status}"
            return answer

        return ApiWalk(send)

    return create


@pytest.fixture
def answer_keys(api_walk, superuser, member):
    """`answer_keys(root)`: by route of version 1, the keys of its answer below `root`."""

    def read(root):
        client = api_walk(root)
        client.use_every_route(superuser, superuser.id, member, member.id)
        return client.keys

    return read


@pytest.fixture
def event(api, factory, organizer, member, stranger):
    """An event with three tasks, one of them completed, and two participants."""
    event = factory.event(organizer)
    factory.task(organizer, event, status="completed")
    factory.task(organizer, event)
    factory.task(organizer, event, status="cancelled")
    for user in (member, stranger):
        api.post(f"{OLD}/events/{event['id']}/participants/{user.id}", auth=user)
    return event


@pytest.fixture
def items(api):
    """`items()`: what the list of version 2 holds, by id."""

    def read():
        answer = api.get(f"{V2}/events/")
        assert answer.status_code == 200, f"GET {V2}/events/"
        return {item["id"]: item for item in answer.json()["items"]}

    return read


class TestVersion1:
    @pytest.mark.gate
    def test_the_list_answers_at_both_addresses(self, api):
        for root in (V1, OLD):
            answer = api.get(f"{root}/events/")

            request = f"GET {root}/events/"
            assert answer.status_code == 200, f"{request}: 200 by itself, not {answer.status_code}"
            assert answer.json() == [], f"{request} answers an array, as it always has"

    @pytest.mark.gate
    def test_everything_of_before_is_below_v1(self, answer_keys):
        assert set(answer_keys(V1)) == set(VERSION_1_ROUTES), (
            f"every route of day 1 to 5, below {V1}"
        )

    def test_no_answer_of_v1_has_changed(self, answer_keys):
        keys_by_route = answer_keys(V1)

        for route, keys in VERSION_1_ROUTES.items():
            assert keys_by_route[route] == keys, f"the keys of {V1}, {route}"


class TestOldAddresses:
    def test_they_answer_as_v1_does(self, answer_keys):
        keys_by_route = answer_keys(OLD)

        for route, keys in VERSION_1_ROUTES.items():
            assert keys_by_route[route] == keys, f"the keys of {OLD}, {route}"

    @pytest.mark.parametrize(
        ("status", "path"),
        [
            (200, "/events/"),
            (401, "/auth/me"),
            (404, "/events/2147483647"),
            (422, "/events/?skip=-1"),
        ],
    )
    def test_each_answer_says_that_they_are_leaving(self, api, status, path):
        answer = api.get(f"{OLD}{path}")

        request = f"GET {OLD}{path}: {status}"
        assert answer.status_code == status, request
        deprecation = answer.headers.get("deprecation", "")
        assert re.fullmatch(r"@\d+", deprecation), f"{request}: Deprecation: @<seconds since 1970>"
        sunset = parsedate_to_datetime(answer.headers.get("sunset", "never"))
        assert sunset.timestamp() >= int(deprecation[1:]), (
            f"{request}: Sunset is not before Deprecation"
        )
        links = answer.links.values()
        successors = [each["url"] for each in links if "successor-version" in each.get("rel", "")]
        assert any(V1 in url for url in successors), f"{request}: Link to its successor below {V1}"

    @pytest.mark.parametrize("root", [V1, V2])
    def test_the_new_ones_say_nothing_of_the_kind(self, api, root):
        for path in ("/events/", "/auth/me"):
            headers = api.get(f"{root}{path}").headers

            for name in ("deprecation", "sunset"):
                present = name in headers
                assert not present, f"GET {root}{path}: no {name.title()}"

    def test_they_are_not_documented(self, api):
        docs = Documentation.read(api)

        for path in ("/events/", "/events/1", "/auth/login", "/users/all", "/tasks/my-tasks"):
            method = "POST" if "login" in path else "GET"
            v1_documented, old_documented = (
                docs.find(method, root + path) is not None for root in (V1, OLD)
            )
            assert v1_documented, f"{method} {V1}{path} is documented"
            assert not old_documented, f"{method} {OLD}{path} is not documented"


class TestVersion2:
    def test_an_event_has_more_to_tell(self, items, event):
        item = items()[event["id"]]

        assert set(item) == EVENT_V2, f"the keys of an event in {V2}"
        assert {key: item[key] for key in event} == event, f"what {V1} tells too is the same"

    def test_the_organizer_has_a_name_and_no_address(self, items, event, organizer):
        item = items()[event["id"]]

        expected = {"id": organizer.id, "full_name": organizer.full_name}
        assert item["organizer"] == expected, f"the organizer of an event in {V2}"

    def test_it_is_counted_right(self, items, factory, event, organizer):
        empty_event = factory.event(organizer)

        by_id = items()

        names = ("task_count", "completed_count", "participant_count")
        fields = f"{', '.join(names)} of GET {V2}/events/"
        counts = [by_id[event["id"]][name] for name in names]
        assert counts == [3, 1, 2], f"{fields}: 3 tasks, 1 completed, 2 participants"
        counts = [by_id[empty_event["id"]][name] for name in names]
        assert counts == [0, 0, 0], f"{fields}: nothing yet"

    def test_one_event_is_as_in_the_list(self, api, items, event):
        answer = api.get(f"{V2}/events/{event['id']}")

        assert answer.status_code == 200, f"GET {V2}/events/{{event_id}}"
        assert answer.json() == items()[event["id"]], "the same event as in the list"

    @pytest.mark.parametrize(("event_id", "status"), [(2147483647, {404}), (0, {404, 422})])
    def test_an_event_that_is_not_there(self, api, event_id, status):
        answer = api.get(f"{V2}/events/{event_id}")

        assert answer.status_code in status, f"GET {V2}/events/{event_id}"
        assert {"detail", "code"} <= set(answer.json()), "an error has detail and code"

    def test_users_come_in_an_envelope(self, api, users, superuser, member, stranger):
        users.deactivate(member)

        answer = api.get(f"{V2}/users/?page_size=1&page=2", auth=superuser)

        request = f"GET {V2}/users/?page_size=1&page=2"
        assert answer.status_code == 200, request
        body = answer.json()
        assert set(body) == PAGE, f"{request}: the keys of the envelope"
        assert [set(item) for item in body["items"]] == [USER], f"{request}: a user as in {V1}"
        message = f"{request}, switched off or not: in order of id"
        assert body["items"][0]["id"] == sorted([superuser.id, member.id, stranger.id])[1], message
        numbers = {key: body[key] for key in PAGE - {"items"}}
        assert numbers == {"total": 3, "page": 2, "page_size": 1, "pages": 3}, request

    def test_users_are_shown_to_admins(self, api, organizer):
        path = f"{V2}/users/"

        assert api.get(path).status_code == 401, f"GET {path} without a token"
        assert api.get(path, auth=organizer).status_code == 403, f"GET {path} of an organizer"


class TestAuthentication:
    def test_one_can_log_in_and_out_in_v2(self, api_walk):
        client = api_walk(V2)

        client.log_in_and_out("visitor")

        assert client.keys == AUTH_ROUTES, f"the keys of the answers of {V2}/auth"

    def test_a_token_is_good_in_every_version(self, api, member):
        credentials = {"email": member.email, "password": member.password}

        for root in (V1, V2, OLD):
            token = api.post(f"{root}/auth/login", json=credentials).json()["access_token"]
            for other_root in (V1, V2, OLD):
                answer = api.get(f"{other_root}/auth/me", auth=token)
                assert answer.status_code == 200, f"GET {other_root}/auth/me, logged in at {root}"

    def test_five_attempts_are_five_over_all_versions(self, server):
        api = server.spawn(RATE_LIMIT_ENABLED="true", LOGIN_RATE_LIMIT="5/minute")
        bodies = {"/auth/login": {"json": WRONG_LOGIN}, "/auth/token": {"data": WRONG_LOGIN_FORM}}
        routes = [(root, path) for path in bodies for root in (V1, V2, OLD)]

        statuses = [api.post(root + path, **bodies[path]).status_code for root, path in routes[:5]]

        assert statuses == [401] * 5, "five attempts to log in, at five of the six addresses"
        for root, path in routes:
            answer = api.post(root + path, **bodies[path])
            assert answer.status_code == 429, f"POST {root}{path} after five attempts over all"

    def test_the_authorize_button_knocks_at_a_new_address(self, api, member):
        docs = Documentation.read(api)
        operation = docs.find("GET", f"{V1}/auth/me")
        schemes = [operation.scheme(name) for name in operation.schemes]
        flows = [scheme.get("flows", {}).get("password") for scheme in schemes]
        form = {"username": member.email, "password": member.password}

        for flow in filter(None, flows):
            path = flow["tokenUrl"]
            assert path.startswith((V1, V2)), f"tokenUrl {path} is at {V1} or {V2}"
            answer = api.post(path, data=form)
            assert answer.status_code == 200, f"POST {path}, the tokenUrl of the documentation"

    @pytest.mark.parametrize("path", ["/api/v3/events/", "/api/v1/v1/events/", "/api/v0/events/"])
    def test_there_is_no_other_version(self, api, path):
        assert api.get(path).status_code == 404, f"GET {path}"
