"""What the tests send, and who sends it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

PASSWORD = "correct horse battery"


def in_days(days: int) -> str:
    """An instant with its zone, as a client writes it."""
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def event_body(**changes: object) -> dict[str, object]:
    """A valid event, next week, with whatever the test is about."""
    body = {"title": "Release party", "start_time": in_days(7), "end_time": in_days(8)}
    return body | changes


# Any: JSON that came back over HTTP; the test says what it expects of it.
def with_title(title: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    """The one of that title. LookupError if there is none, or more than one."""
    [only] = [each for each in items if each["title"] == title]
    return only


def join(client: TestClient, name: str) -> dict[str, str]:
    """Somebody new registers and logs in: the headers of a participant."""
    body = {"email": f"{name}@example.com", "password": PASSWORD, "full_name": name}
    client.post("/api/auth/register", json=body)
    answer = client.post("/api/auth/login", json=body)
    assert answer.status_code == 200, "who has registered can log in"
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}
