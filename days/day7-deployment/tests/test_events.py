"""What the events API promises. Each test would fail if its promise were broken."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.models import EventStatus, Task, User

EVENTS = "/api/events/"
BODY = {
    "title": "Release party",
    "start_time": "2031-05-01T10:00:00Z",
    "end_time": "2031-05-01T12:00:00Z",
}
Headers = dict[str, str]
Event = Mapping[str, Any]
MakeEvent = Callable[..., Event]


@pytest.fixture
def make_event(client: TestClient, auth_headers: Headers) -> MakeEvent:
    """Creates an event of test_user's; keywords replace what is in BODY."""

    def make(**fields: object) -> Event:
        answer = client.post(EVENTS, headers=auth_headers, json={**BODY, **fields})
        assert answer.status_code == 201, answer.text
        event: Event = answer.json()
        return event

    return make


def path(event: Event) -> str:
    return f"{EVENTS}{event['id']}"


class TestCreate:
    def test_an_organizer_creates_an_event(
        self, client: TestClient, auth_headers: Headers, test_user: User
    ) -> None:
        answer = client.post(EVENTS, headers=auth_headers, json=BODY)

        assert answer.status_code == 201
        assert answer.json()["title"] == BODY["title"]
        assert answer.json()["organizer_id"] == test_user.id

    def test_what_was_created_can_be_read(self, client: TestClient, make_event: MakeEvent) -> None:
        event = make_event()

        answer = client.get(path(event))

        assert answer.status_code == 200
        assert answer.json() == event

    @pytest.mark.parametrize("end", ["2031-05-01T09:59:59Z", "2031-05-01T10:00:00Z"])
    def test_an_event_ends_after_it_starts(
        self, client: TestClient, auth_headers: Headers, end: str
    ) -> None:
        answer = client.post(EVENTS, headers=auth_headers, json={**BODY, "end_time": end})

        assert answer.status_code == 400
        assert client.get(EVENTS).json() == []

    def test_a_time_without_an_offset_is_utc(self, make_event: MakeEvent) -> None:
        event = make_event(start_time="2031-05-01T10:00:00", end_time="2031-05-01T15:30:00+05:00")

        assert event["start_time"] == "2031-05-01T10:00:00Z"
        assert event["end_time"] == "2031-05-01T10:30:00Z"

    def test_nobody_creates_an_event_for_somebody_else(
        self, make_event: MakeEvent, test_user: User, stranger: User
    ) -> None:
        event = make_event(organizer_id=stranger.id)

        assert event["organizer_id"] == test_user.id

    def test_a_stranger_has_to_say_who_they_are(self, client: TestClient) -> None:
        answer = client.post(EVENTS, json=BODY)

        assert answer.status_code == 401


class TestUpdate:
    def test_only_what_was_sent_changes(
        self, client: TestClient, auth_headers: Headers, make_event: MakeEvent
    ) -> None:
        event = make_event()

        client.patch(path(event), headers=auth_headers, json={"title": "Farewell"})

        after = client.get(path(event)).json()
        assert after["title"] == "Farewell"
        assert after["start_time"] == event["start_time"]

    def test_an_event_still_ends_after_it_starts(
        self, client: TestClient, auth_headers: Headers, make_event: MakeEvent
    ) -> None:
        event = make_event()

        answer = client.patch(
            path(event), headers=auth_headers, json={"end_time": "2031-05-01T09:00:00Z"}
        )

        assert answer.status_code == 400
        assert client.get(path(event)).json() == event

    @pytest.mark.parametrize("status", list(EventStatus))
    def test_an_event_of_any_status_can_be_read(
        self, client: TestClient, auth_headers: Headers, make_event: MakeEvent, status: EventStatus
    ) -> None:
        event = make_event()

        answer = client.patch(path(event), headers=auth_headers, json={"status": status})

        assert answer.status_code == 200
        assert [found["status"] for found in client.get(EVENTS).json()] == [status]

    def test_a_stranger_changes_nothing(
        self, client: TestClient, stranger_headers: Headers, make_event: MakeEvent
    ) -> None:
        event = make_event()

        answer = client.patch(path(event), headers=stranger_headers, json={"title": "Mine"})

        assert answer.status_code == 403
        assert client.get(path(event)).json() == event


class TestDelete:
    def test_a_deleted_event_is_gone(
        self, client: TestClient, auth_headers: Headers, make_event: MakeEvent
    ) -> None:
        event = make_event()

        answer = client.delete(path(event), headers=auth_headers)

        assert answer.status_code == 204
        assert client.get(path(event)).status_code == 404

    def test_its_tasks_go_with_it(
        self, client: TestClient, auth_headers: Headers, make_event: MakeEvent, db: Session
    ) -> None:
        event = make_event()
        body = {"title": "Buy cake", "event_id": event["id"]}
        task = client.post("/api/tasks/", headers=auth_headers, json=body).json()

        client.delete(path(event), headers=auth_headers)

        assert db.get(Task, task["id"]) is None

    def test_a_stranger_deletes_nothing(
        self, client: TestClient, stranger_headers: Headers, make_event: MakeEvent
    ) -> None:
        event = make_event()

        answer = client.delete(path(event), headers=stranger_headers)

        assert answer.status_code == 403
        assert client.get(path(event)).status_code == 200

    def test_an_admin_may(
        self, client: TestClient, admin_headers: Headers, make_event: MakeEvent
    ) -> None:
        event = make_event()

        answer = client.delete(path(event), headers=admin_headers)

        assert answer.status_code == 204
