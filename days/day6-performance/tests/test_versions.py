"""Two versions side by side, and the deprecated addresses with their headers."""

from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.core.rate_limit import RateLimiter
from app.models import User
from tests.helpers import PASSWORD, event_body, join

FAREWELL = ("Deprecation", "Sunset", "Link")


class TestAlias:
    @pytest.mark.parametrize(
        ("rest", "status"),
        [("/events/", 200), ("/auth/me", 401), ("/events/999", 404), ("/events/0", 422)],
    )
    def test_it_answers_as_v1_and_says_until_when(
        self, client: TestClient, rest: str, status: int
    ) -> None:
        old, new = client.get(f"/api{rest}"), client.get(f"/api/v1{rest}")

        assert (old.status_code, old.json()) == (status, new.json())
        assert old.headers["Deprecation"].startswith("@")
        assert old.headers["Sunset"].endswith(" GMT")
        assert old.headers["Link"] == f'</api/v1{rest}>; rel="successor-version"'

    @pytest.mark.parametrize("path", ["/api/v1/events/", "/api/v2/events/", "/api/v3/events/"])
    def test_a_version_does_not_say_goodbye(self, client: TestClient, path: str) -> None:
        answer = client.get(path)

        assert [name for name in FAREWELL if name in answer.headers] == []

    def test_a_line_break_in_the_address_begins_no_header(self, client: TestClient) -> None:
        answer = client.get("/api/events/1%0d%0aSet-Cookie:%20stolen=1")

        assert answer.headers["Link"].startswith("</api/v1/events/1%0D%0A")
        assert "Set-Cookie" not in answer.headers


class TestVersion2:
    def test_an_event_says_whose_it_is_and_how_many_come(
        self, client: TestClient, test_user: User, auth_headers: dict[str, str]
    ) -> None:
        old = client.post("/api/v1/events/", json=event_body(), headers=auth_headers).json()
        for status in ("todo", "completed"):
            body = {"title": status, "event_id": old["id"], "status": status}
            client.post("/api/v1/tasks/", json=body, headers=auth_headers)
        place = f"/api/v1/events/{old['id']}/participants/{test_user.id}"
        client.post(place, headers=auth_headers)

        event = client.get(f"/api/v2/events/{old['id']}").json()

        assert event == old | {
            "organizer": {"id": test_user.id, "full_name": test_user.full_name},
            "task_count": 2,
            "completed_count": 1,
            "participant_count": 1,
        }
        assert client.get("/api/v2/events/").json()["items"] == [event]

    def test_the_users_are_for_admins(
        self, client: TestClient, auth_headers: dict[str, str], admin_headers: dict[str, str]
    ) -> None:
        assert client.get("/api/v2/users/", headers=auth_headers).status_code == 403

        page = client.get("/api/v2/users/", headers=admin_headers, params={"page_size": 1}).json()
        assert (page["total"], page["pages"], len(page["items"])) == (2, 2, 1)

    def test_one_login_is_good_at_both(self, client: TestClient) -> None:
        paul = join(client, "paul")

        me = client.get("/api/v2/auth/me", headers=paul)

        assert me.json()["email"] == "paul@example.com"


class TestLimit:
    @pytest.fixture
    def limited(self, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
        """The app counts the attempts from now on, in its own memory."""
        app = cast(FastAPI, client.app)
        limiter = RateLimiter("login", "3/minute", redis_url=None)
        monkeypatch.setattr(app.state, "login_limiter", limiter)
        return client

    def test_all_doors_together_have_one_budget(self, limited: TestClient) -> None:
        body = {"email": "nobody@example.com", "password": PASSWORD}

        answers = [
            limited.post(f"/api{version}/auth/login", json=body).status_code
            for version in ("", "/v1", "/v2", "/v2")
        ]

        assert answers == [401, 401, 401, 429]
