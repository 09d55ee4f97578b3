"""Registering, logging in, staying logged in, and leaving."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app import crud
from tests.helpers import PASSWORD

NEW = {"email": "new@example.com", "password": PASSWORD, "full_name": "Nora New"}


def log_in(client: TestClient) -> dict[str, str]:
    """The tokens of a login that must work."""
    answer = client.post("/api/auth/login", json=NEW)
    assert answer.status_code == 200
    tokens: dict[str, str] = answer.json()
    return tokens


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


class TestRegister:
    def test_an_account_is_a_participants_and_tells_no_hash(self, client: TestClient) -> None:
        answer = client.post("/api/auth/register", json=NEW | {"role": "admin"})

        assert answer.status_code == 201
        assert answer.json()["role"] == "participant"
        assert set(answer.json()) == {"id", "email", "full_name", "is_active", "role", "created_at"}

    def test_an_email_is_one_person_however_it_is_written(self, client: TestClient) -> None:
        client.post("/api/auth/register", json=NEW)

        answer = client.post("/api/auth/register", json=NEW | {"email": "New@Example.com"})

        assert answer.status_code == 409
        assert answer.json()["code"] == "conflict"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"email": "nobody"},
            {"password": "short"},
            {"password": "ё" * 37},
            {"full_name": " "},
            {"full_name": "bell\a"},
        ],
        ids=["no e-mail", "short", "over 72 bytes", "blank", "control character"],
    )
    def test_a_wrong_field_is_named_and_not_repeated(
        self, client: TestClient, wrong: dict[str, str]
    ) -> None:
        answer = client.post("/api/auth/register", json=NEW | wrong)

        assert answer.status_code == 422
        assert [entry["loc"] for entry in answer.json()["detail"]] == [["body", *wrong]]
        assert "input" not in answer.text


class TestLogin:
    @pytest.fixture(autouse=True)
    def nora(self, client: TestClient) -> None:
        client.post("/api/auth/register", json=NEW)

    def test_the_form_and_the_json_are_one_door(self, client: TestClient) -> None:
        form = {"username": NEW["email"], "password": PASSWORD}

        answer = client.post("/api/auth/token", data=form)

        assert answer.status_code == 200
        assert set(answer.json()) == set(log_in(client))

    @pytest.mark.parametrize("password", ["wrong", "x" * 80])
    def test_nobody_learns_who_is_registered(self, client: TestClient, password: str) -> None:
        answers = [
            client.post("/api/auth/login", json={"email": email, "password": password})
            for email in (NEW["email"], "nobody@example.com")
        ]

        assert [answer.status_code for answer in answers] == [401, 401]
        assert answers[0].json() == answers[1].json()

    def test_an_account_that_was_closed_stays_out(self, client: TestClient, db: Session) -> None:
        before = log_in(client)["access_token"]
        nora = crud.user.get_by_email(db, NEW["email"])
        assert nora is not None
        nora.is_active = False
        db.commit()

        assert client.post("/api/auth/login", json=NEW).status_code == 401
        assert client.get("/api/auth/me", headers=bearer(before)).status_code == 401


class TestTokens:
    @pytest.fixture
    def tokens(self, client: TestClient) -> dict[str, str]:
        client.post("/api/auth/register", json=NEW)
        return log_in(client)

    def test_the_access_token_says_who_asks(
        self, client: TestClient, tokens: dict[str, str]
    ) -> None:
        answer = client.get("/api/auth/me", headers=bearer(tokens["access_token"]))

        assert answer.json()["email"] == NEW["email"]

    @pytest.mark.parametrize("headers", [{}, bearer("nonsense")], ids=["none", "nonsense"])
    def test_without_one_nobody_is_known(self, client: TestClient, headers: dict[str, str]) -> None:
        answer = client.get("/api/auth/me", headers=headers)

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    def test_the_two_kinds_are_not_interchangeable(
        self, client: TestClient, tokens: dict[str, str]
    ) -> None:
        swapped = {"refresh_token": tokens["access_token"]}

        assert client.post("/api/auth/refresh", json=swapped).status_code == 401
        answer = client.get("/api/auth/me", headers=bearer(tokens["refresh_token"]))
        assert answer.status_code == 401

    def test_a_refresh_token_is_good_once_and_a_copy_ends_the_login(
        self, client: TestClient, tokens: dict[str, str]
    ) -> None:
        used = {"refresh_token": tokens["refresh_token"]}
        fresh = client.post("/api/auth/refresh", json=used).json()
        assert client.get("/api/auth/me", headers=bearer(fresh["access_token"])).is_success

        assert client.post("/api/auth/refresh", json=used).status_code == 401
        answer = client.get("/api/auth/me", headers=bearer(fresh["access_token"]))
        assert answer.status_code == 401

    @pytest.mark.parametrize("sent", ["its own", "nonsense"])
    def test_a_logout_ends_this_login_and_no_other(
        self, client: TestClient, tokens: dict[str, str], sent: str
    ) -> None:
        other = log_in(client)
        body = {"refresh_token": tokens["refresh_token"] if sent == "its own" else sent}

        answer = client.post("/api/auth/logout", json=body, headers=bearer(tokens["access_token"]))

        assert answer.status_code == 204
        me = "/api/auth/me"
        assert client.get(me, headers=bearer(tokens["access_token"])).status_code == 401
        assert client.get(me, headers=bearer(other["access_token"])).status_code == 200
