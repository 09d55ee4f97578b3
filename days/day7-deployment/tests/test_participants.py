"""Taking part in an event."""

import pytest
from fastapi.testclient import TestClient

from tests.helpers import event_body, join


@pytest.fixture
def event_id(client: TestClient, auth_headers: dict[str, str]) -> int:
    answer = client.post("/api/events/", json=event_body(), headers=auth_headers)
    return int(answer.json()["id"])


@pytest.fixture
def paul(client: TestClient) -> dict[str, str]:
    return join(client, "paul")


@pytest.fixture
def place(client: TestClient, event_id: int, paul: dict[str, str]) -> str:
    """Where Paul's taking part lives."""
    me = client.get("/api/auth/me", headers=paul).json()
    return f"/api/events/{event_id}/participants/{me['id']}"


def test_who_joins_is_on_the_list_without_an_email(
    client: TestClient, event_id: int, paul: dict[str, str], place: str
) -> None:
    assert client.post(place, headers=paul).status_code == 201

    [listed] = client.get(f"/api/events/{event_id}/participants", headers=paul).json()
    assert listed["full_name"] == "paul"
    assert set(listed) == {"user_id", "full_name", "joined_at"}


def test_nobody_joins_twice(client: TestClient, paul: dict[str, str], place: str) -> None:
    client.post(place, headers=paul)

    assert client.post(place, headers=paul).status_code == 409
    assert client.delete(place, headers=paul).status_code == 204


def test_nobody_leaves_twice(client: TestClient, paul: dict[str, str], place: str) -> None:
    client.post(place, headers=paul)

    assert client.delete(place, headers=paul).status_code == 204
    assert client.delete(place, headers=paul).status_code == 404


def test_others_are_added_by_the_organizer_alone(
    client: TestClient, auth_headers: dict[str, str], place: str
) -> None:
    assert client.post(place, headers=join(client, "rita")).status_code == 403
    assert client.post(place, headers=auth_headers).status_code == 201


def test_an_event_that_is_over_is_closed(
    client: TestClient, auth_headers: dict[str, str], event_id: int, place: str
) -> None:
    change = {"status": "cancelled"}
    client.patch(f"/api/events/{event_id}", json=change, headers=auth_headers)

    answer = client.post(place, headers=auth_headers)

    assert answer.status_code == 409
    assert answer.json()["detail"] == "This event is cancelled"


@pytest.mark.parametrize("path", ["/api/events/999/participants/1", "{own}/participants/999"])
def test_event_and_user_must_be_there(
    client: TestClient, auth_headers: dict[str, str], event_id: int, path: str
) -> None:
    path = path.format(own=f"/api/events/{event_id}")

    assert client.post(path, headers=auth_headers).status_code == 404
