"""The tasks of an event: whose they are, and who may touch them."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.helpers import event_body, join, with_title


@pytest.fixture
def paul(client: TestClient) -> dict[str, str]:
    return join(client, "paul")


@pytest.fixture
def task(client: TestClient, auth_headers: dict[str, str], paul: dict[str, str]) -> dict[str, Any]:
    """One that is Paul's to do."""
    event = client.post("/api/events/", json=event_body(), headers=auth_headers).json()
    me = client.get("/api/auth/me", headers=paul).json()
    body = {"title": "Order the food", "event_id": event["id"], "assigned_to_id": me["id"]}
    answer = client.post("/api/tasks/", json=body, headers=auth_headers)
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json()
    return made


class TestReading:
    def test_it_is_found_by_id_by_event_and_by_assignee(
        self, client: TestClient, paul: dict[str, str], task: dict[str, Any]
    ) -> None:
        path = f"/api/tasks/{task['id']}"
        assert client.get(path, headers=paul).json() == task

        for path in ("/api/tasks/my-tasks", f"/api/tasks/event/{task['event_id']}"):
            found = client.get(path, headers=paul).json()
            assert with_title("Order the food", found) == task

    @pytest.mark.parametrize("path", ["/api/tasks/999", "/api/tasks/event/999"])
    def test_what_is_not_there_is_404(
        self, client: TestClient, auth_headers: dict[str, str], path: str
    ) -> None:
        assert client.get(path, headers=auth_headers).status_code == 404

    def test_a_stranger_sees_nothing(self, client: TestClient, task: dict[str, Any]) -> None:
        assert client.get(f"/api/tasks/{task['id']}").status_code == 401


class TestCreating:
    def test_only_the_events_organizer_may(
        self, client: TestClient, paul: dict[str, str], task: dict[str, Any]
    ) -> None:
        body = {"title": "Mine now", "event_id": task["event_id"]}

        assert client.post("/api/tasks/", json=body, headers=paul).status_code == 403

    @pytest.mark.parametrize("wrong", [{"event_id": 999}, {"assigned_to_id": 999}])
    def test_event_and_assignee_must_be_there(
        self,
        client: TestClient,
        auth_headers: dict[str, str],
        task: dict[str, Any],
        wrong: dict[str, int],
    ) -> None:
        body = {"title": "Lost", "event_id": task["event_id"]} | wrong

        assert client.post("/api/tasks/", json=body, headers=auth_headers).status_code == 404


class TestChanging:
    @pytest.mark.parametrize(
        ("change", "status"), [({"status": "completed"}, 200), ({"title": "Less"}, 403)]
    )
    def test_the_assignee_may_change_the_status_alone(
        self,
        client: TestClient,
        paul: dict[str, str],
        task: dict[str, Any],
        change: dict[str, str],
        status: int,
    ) -> None:
        answer = client.patch(f"/api/tasks/{task['id']}", json=change, headers=paul)

        assert answer.status_code == status

    def test_the_organizer_may_change_all_of_it(
        self, client: TestClient, auth_headers: dict[str, str], task: dict[str, Any]
    ) -> None:
        change = {"priority": "urgent", "assigned_to_id": None}

        answer = client.patch(f"/api/tasks/{task['id']}", json=change, headers=auth_headers)

        assert answer.json() == task | change | {"updated_at": answer.json()["updated_at"]}

    def test_only_the_organizer_deletes_it(
        self,
        client: TestClient,
        auth_headers: dict[str, str],
        paul: dict[str, str],
        task: dict[str, Any],
    ) -> None:
        path = f"/api/tasks/{task['id']}"

        assert client.delete(path, headers=paul).status_code == 403
        assert client.delete(path, headers=auth_headers).status_code == 204
        assert client.get(path, headers=auth_headers).status_code == 404


class TestStatistics:
    def test_every_task_is_counted_once(
        self, client: TestClient, auth_headers: dict[str, str], task: dict[str, Any]
    ) -> None:
        for status in ("completed", "cancelled", "in_progress"):
            body = {"title": status, "event_id": task["event_id"], "status": status}
            client.post("/api/tasks/", json=body, headers=auth_headers)

        answer = client.get(f"/api/events/{task['event_id']}/statistics")

        assert answer.json() == {
            "event_id": task["event_id"],
            "total_tasks": 4,
            "completed_tasks": 1,
            "pending_tasks": 2,
            "cancelled_tasks": 1,
        }
