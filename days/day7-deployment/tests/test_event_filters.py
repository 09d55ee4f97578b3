"""Which events a list has, and in which order."""

import pytest
from fastapi.testclient import TestClient

from app.models import User
from tests.helpers import event_body

EVENTS = "/api/events/"


@pytest.fixture(autouse=True)
def season(client: TestClient, auth_headers: dict[str, str], admin_headers: dict[str, str]) -> None:
    """Three days in May: test_user's gala, test_user's fair, and the admin's expo."""
    whose = {"Gala": auth_headers, "Fair": auth_headers, "Expo": admin_headers}
    for day, (title, headers) in enumerate(whose.items(), 1):
        body = event_body() | {
            "title": title,
            "start_time": f"2031-05-0{day}T10:00:00Z",
            "end_time": "2031-06-01T10:00:00Z",
            "status": "planning" if title == "Gala" else "scheduled",
        }
        assert client.post(EVENTS, json=body, headers=headers).status_code == 201


def titles(client: TestClient, **wanted: object) -> list[str]:
    answer = client.get(EVENTS, params={name: str(value) for name, value in wanted.items()})
    assert answer.status_code == 200, answer.text
    return [event["title"] for event in answer.json()]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["Gala", "Fair", "Expo"]),
        ({"status": "scheduled"}, ["Fair", "Expo"]),
        ({"start_date": "2031-05-02"}, ["Fair", "Expo"]),
        ({"start_date": "2031-05-02T12:00:00+02:00"}, ["Fair", "Expo"]),
        ({"start_date": "2031-05-02T10:00:01Z"}, ["Expo"]),
        ({"end_date": "2031-05-02"}, ["Gala", "Fair"]),
        ({"end_date": "2031-05-02T09:59:59"}, ["Gala"]),
        ({"status": "scheduled", "end_date": "2031-05-02"}, ["Fair"]),
        ({"order": "desc"}, ["Expo", "Fair", "Gala"]),
        ({"sort_by": "title"}, ["Expo", "Fair", "Gala"]),
        ({"sort_by": "title", "order": "desc", "limit": 2}, ["Gala", "Fair"]),
    ],
)
def test_a_list_has_what_was_asked_for(
    client: TestClient, wanted: dict[str, object], found: list[str]
) -> None:
    assert titles(client, **wanted) == found


def test_one_organizers_events(
    client: TestClient, test_user: User, admin_headers: dict[str, str]
) -> None:
    admin = client.get("/api/auth/me", headers=admin_headers).json()

    assert titles(client, organizer_id=test_user.id) == ["Gala", "Fair"]
    assert titles(client, organizer_id=admin["id"]) == ["Expo"]


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_equal_keys_are_in_the_order_of_their_ids(client: TestClient, order: str) -> None:
    by_id = titles(client, sort_by="id", order=order)

    assert titles(client, sort_by="end_time", order=order) == by_id


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "over"},
        {"organizer_id": 0},
        {"start_date": "2026"},
        {"start_date": "2031-05-02", "end_date": "2031-05-01"},
        {"sort_by": "organizer"},
        {"order": "up"},
    ],
    ids=str,
)
def test_what_a_list_cannot_answer_is_refused(client: TestClient, wrong: dict[str, str]) -> None:
    answer = client.get(EVENTS, params=wrong)

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][0] == "query"
