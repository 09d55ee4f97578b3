"""Who may see users, and who may say what they may do."""

import pytest
from fastapi.testclient import TestClient

from app.models import User
from tests.helpers import event_body, join


def test_the_list_is_for_admins(
    client: TestClient,
    test_user: User,
    auth_headers: dict[str, str],
    admin_headers: dict[str, str],
) -> None:
    assert client.get("/api/users/all", headers=auth_headers).status_code == 403

    found = client.get("/api/users/all", headers=admin_headers).json()
    assert test_user.email in [each["email"] for each in found]


def test_others_are_nobodys_business(
    client: TestClient,
    test_user: User,
    auth_headers: dict[str, str],
    admin_headers: dict[str, str],
) -> None:
    own, unknown = f"/api/users/{test_user.id}", "/api/users/999999"

    assert client.get(own, headers=auth_headers).status_code == 200
    assert client.get(unknown, headers=auth_headers).status_code == 403
    assert client.get(unknown, headers=admin_headers).status_code == 404


class TestRoles:
    def test_a_new_role_holds_at_the_next_request(
        self, client: TestClient, admin_headers: dict[str, str]
    ) -> None:
        paul = join(client, "paul")
        assert client.post("/api/events/", json=event_body(), headers=paul).status_code == 403
        path = f"/api/users/{client.get('/api/auth/me', headers=paul).json()['id']}/role"

        answer = client.patch(path, json={"role": "organizer"}, headers=admin_headers)

        assert answer.json()["role"] == "organizer"
        assert client.post("/api/events/", json=event_body(), headers=paul).status_code == 201

    def test_the_last_admin_stays_one(
        self, client: TestClient, admin_headers: dict[str, str]
    ) -> None:
        me = client.get("/api/auth/me", headers=admin_headers).json()

        answer = client.patch(
            f"/api/users/{me['id']}/role", json={"role": "participant"}, headers=admin_headers
        )

        assert answer.status_code == 409

    @pytest.mark.parametrize("role", ["king", None])
    def test_there_are_three_roles(
        self, client: TestClient, admin_headers: dict[str, str], role: str | None
    ) -> None:
        answer = client.patch("/api/users/1/role", json={"role": role}, headers=admin_headers)

        assert answer.status_code == 422
