"""Users and things for the tests: made through the API, promoted through SQL."""

import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest

from checks.harness.api import Api
from checks.harness.database import Database

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Tokens:
    """What a login gave; `refresh` is None until day 3."""

    access: str
    refresh: str | None


@dataclass
class User:
    """A registered user. `token` is an access token from the first login."""

    id: int
    email: str
    full_name: str
    password: str
    api: Api = field(repr=False)
    token: str = ""

    def log_in(self) -> Tokens:
        """A new login; also becomes the user's current token."""
        path = "/api/auth/login"
        answer = self.api.post(path, json={"email": self.email, "password": self.password})
        if answer.status_code == 429 and self.api.process is None:
            pytest.skip("the server at --base-url counts logins: set its RATE_LIMIT_ENABLED=false")
        assert answer.status_code == 200, f"POST {path} of a registered user: 200"
        body = answer.json()
        self.token = body["access_token"]
        return Tokens(self.token, body.get("refresh_token"))


class People:
    """Registers users; names and addresses are never used twice in a session."""

    _numbers = itertools.count(1)

    def __init__(self, api: Api, database: Database) -> None:
        self.api = api
        self.database = database

    def register(self, name: str = "ann", password: str = PASSWORD) -> User:
        """Register and log in through the API."""
        email = f"{name}-{next(self._numbers)}@example.com"
        body = {"email": email, "password": password, "full_name": name.title()}
        answer = self.api.post("/api/auth/register", json=body)
        assert answer.status_code == 201, "POST /api/auth/register of a new user: 201"
        user = User(answer.json()["id"], email, body["full_name"], password, self.api)
        user.log_in()
        return user

    def member(self, name: str = "member") -> User:
        """A plain user, as registration leaves him."""
        return self.register(name)

    def organizer(self, name: str = "organizer") -> User:
        """A user who may create events: everybody until day 3, the role from then on."""
        user = self.register(name)
        if self._has_column("role"):
            self._set(user, "role", "organizer")
        return user

    def superuser(self, name: str = "root") -> User:
        """A user with every right: the column until day 3, the role from then on."""
        user = self.register(name)
        if self._has_column("role"):
            self._set(user, "role", "admin")
        else:
            self._set(user, "is_superuser", True)
        return user

    def _has_column(self, column: str) -> bool:
        query = (  # information_schema says the same, and takes ten times as long
            "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('users')"
            " AND attname = %(column)s AND NOT attisdropped"
        )
        return bool(self.database.value(query, column=column))

    def _set(self, user: User, column: str, value: object) -> None:
        query = f"UPDATE users SET {column} = %(value)s WHERE id = %(id)s"  # noqa: S608
        self.database.execute(query, value=value, id=user.id)


class Maker:
    """Makes events and tasks through the API, with every field that is not given filled in."""

    def __init__(self, api: Api) -> None:
        self.api = api

    def event(self, by: User, **fields: Any) -> dict[str, Any]:
        """POST /api/events/ → the created event."""
        body = {
            "title": "Release party",
            "description": "Cake at four",
            "location": "Room 1",
            "start_time": "2031-05-01T10:00:00Z",
            "end_time": "2031-05-01T12:00:00Z",
            **fields,
        }
        return self._created("/api/events/", body, by)

    def task(self, by: User, event: dict[str, Any] | int, **fields: Any) -> dict[str, Any]:
        """POST /api/tasks/ → the created task of that event."""
        event_id = event if isinstance(event, int) else event["id"]
        body = {"title": "Buy cake", "event_id": event_id, **fields}
        return self._created("/api/tasks/", body, by)

    def _created(self, path: str, body: dict[str, Any], by: User) -> dict[str, Any]:
        answer = self.api.post(path, json=body, auth=by)
        assert answer.status_code == 201, f"POST {path} with a valid body: 201"
        made: dict[str, Any] = answer.json()
        return made
