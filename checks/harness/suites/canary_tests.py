"""Tests that use the fixtures of a learner's tests/conftest.py: each passes where a promise holds.

This file is copied into the learner's tests/ and runs there, on the learner's side of the border,
with pytest and SQLAlchemy. The fixtures are the learner's, so their types are not known here.
"""

from typing import Any

import sqlalchemy as sa

BODY = {
    "title": "Canary",
    "start_time": "2031-05-01T10:00:00Z",
    "end_time": "2031-05-01T12:00:00Z",
}
SOMEBODY = {"email": "canary@example.com", "password": "correct horse", "full_name": "Canary"}
OTHER = {**SOMEBODY, "email": "wren@example.com"}


def count(db: Any, table: str) -> Any:
    return db.scalar(sa.text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - names from this file


def create(client: Any, headers: Any) -> Any:
    answer = client.post("/api/events/", headers=headers, json=BODY)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_organizer(client: Any, test_user: Any, auth_headers: Any) -> None:
    assert create(client, auth_headers)["organizer_id"] == test_user.id
    assert test_user.role == "organizer"
    me = client.get("/api/auth/me", headers=auth_headers).json()
    assert me["id"] == test_user.id and me["email"] == test_user.email  # noqa: PT018 - one promise


def test_admin(client: Any, test_user: Any, admin_headers: Any) -> None:
    me = client.get("/api/auth/me", headers=admin_headers).json()
    assert me["role"] == "admin"
    assert me["id"] != test_user.id


def test_both_headers(client: Any, auth_headers: Any, admin_headers: Any) -> None:
    assert client.get("/api/users/all", headers=auth_headers).status_code == 403
    assert client.get("/api/users/all", headers=admin_headers).status_code == 200


def test_db_sees_the_app(db: Any, client: Any, auth_headers: Any) -> None:
    create(client, auth_headers)
    assert count(db, "events") == 1


def test_app_sees_the_db(db: Any, client: Any, test_user: Any, auth_headers: Any) -> None:
    event = create(client, auth_headers)
    db.execute(sa.text("UPDATE events SET title = 'Wren'"))
    db.commit()
    assert client.get(f"/api/events/{event['id']}").json()["title"] == "Wren"


def test_committed(client: Any, auth_headers: Any) -> None:
    event = create(client, auth_headers)
    assert client.get(f"/api/events/{event['id']}").status_code == 200


def test_conflict(db: Any, client: Any) -> None:
    answers = [client.post("/api/auth/register", json=body) for body in (SOMEBODY, SOMEBODY, OTHER)]
    assert [answer.status_code for answer in answers] == [201, 409, 201]
    assert count(db, "users") == 2


def test_lifespan(client: Any) -> None:
    assert client.get("/canary").json() == {"opened": True}


# Two that leave rows behind, each between two that would see them.
def find_nothing_and_leave_a_user(db: Any) -> None:
    assert [count(db, table) for table in ("users", "events", "tasks")] == [0, 0, 0]
    db.execute(
        sa.text(
            "INSERT INTO users (email, hashed_password, full_name)"
            " VALUES ('x@example.com', 'x', 'X')"
        )
    )
    db.commit()


def find_one_user_and_leave_an_event(db: Any, client: Any, auth_headers: Any) -> None:
    assert client.get("/api/events/").json() == []
    assert count(db, "users") == 1
    create(client, auth_headers)


def test_empty_1(db: Any) -> None:
    find_nothing_and_leave_a_user(db)


def test_only_mine_1(db: Any, client: Any, auth_headers: Any) -> None:
    find_one_user_and_leave_an_event(db, client, auth_headers)


def test_empty_2(db: Any) -> None:
    find_nothing_and_leave_a_user(db)


def test_only_mine_2(db: Any, client: Any, auth_headers: Any) -> None:
    find_one_user_and_leave_an_event(db, client, auth_headers)
