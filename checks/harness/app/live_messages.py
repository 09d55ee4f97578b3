"""Settings of an app with WebSockets, a change that it tells of, and the titles that are told."""

from typing import TYPE_CHECKING, Any

from checks.harness.app.api import Api, Auth

if TYPE_CHECKING:
    from checks.harness.app.live_socket import LiveSocket

EVENTS = "/api/v1/events/"
LIMIT, HISTORY = 3, 5
SETTINGS = {
    "BACKEND_CORS_ORIGINS": "https://app.example,https://other.example",
    "DB_POOL_SIZE": "1",
    "DB_MAX_OVERFLOW": "0",
    "DB_POOL_TIMEOUT": "2",
    "WS_MAX_PER_USER": str(LIMIT),
    "WS_HISTORY": str(HISTORY),
    "WS_QUEUE_SIZE": "10",
    "WS_PING_SECONDS": "0.5",
}
"""Small enough for each bound to be reached: sockets, messages, connections to the database."""


def rename_event(event: dict[str, Any], organizer: Auth, app: Api, title: str) -> None:
    """Give the event another title, by PATCH to this process."""
    answer = app.patch(f"{EVENTS}{event['id']}", json={"title": title}, auth=organizer)
    assert answer.status_code == 200, f"PATCH {EVENTS}… by the organizer: 200, also without Redis"


def titles(socket: "LiveSocket", count: int, promise: str) -> list[str]:
    """The titles of the next messages, which are all event.updated."""
    messages = [socket.receive(promise) for _ in range(count)]
    assert {message["type"] for message in messages} == {"event.updated"}, promise
    return [message["title"] for message in messages]


def heard_of(socket: "LiveSocket", told: list[str], position: str, promise: str) -> tuple[int, str]:
    """How many of the titles told are heard until the app ends the connection, none left out.

    With the position of the last one, or the position given.
    """
    from checks.harness.app.live_socket import Closed  # slow to import, and rarely needed

    for number, title in enumerate(told):
        try:
            message = socket.receive(promise)
        except Closed:
            return number, position
        assert message["title"] == title, f"{promise}: none is left out"
        position = message["position"]
    return len(told), position
