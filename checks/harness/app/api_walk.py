"""A client that uses every route of the API in the order in which a person would.

The walk sends and remembers; whether an answer is the promised one is for the test to say.
"""

from collections.abc import Callable
from typing import Any

import httpx2

from checks.harness.app.api import HasToken

Send = Callable[..., httpx2.Response]
"""`send(status, method, path, target, **options)`: ask for `target` and expect that status.

`path` is the route, such as `/events/{event}`; `target` has the ids in it. Both begin below the
root of the version. The options are those of `Api.request`.
"""
PASSWORD = "correct horse battery"
EVENT = {
    "title": "Release party",
    "start_time": "2031-05-01T10:00:00Z",
    "end_time": "2031-05-01T12:00:00Z",
}


class ApiWalk:
    """One walk. `keys` has, by route (`GET /events/`), the keys of the JSON object answered.

    Of an array these are the keys of its first element; of an answer without a body there are none.
    """

    def __init__(self, send: Send) -> None:
        self.keys: dict[str, set[str]] = {}
        self._send = send
        self._ids: dict[str, int] = {}

    def use_every_route(
        self, admin: HasToken, admin_id: int, guest: HasToken, guest_id: int
    ) -> None:
        """Every route of version 1, the users' and the events' by this admin and this guest."""
        self.log_in_and_out("visitor")
        self.manage_users(admin, guest, guest_id)
        self.plan_an_event(admin, admin_id, guest, guest_id)

    def log_in_and_out(self, name: str) -> None:
        """Every route of /auth, by a new user `<name>@example.com`."""
        credentials = {"email": f"{name}@example.com", "password": PASSWORD}
        form = {"username": credentials["email"], "password": PASSWORD}
        self._ask(201, "POST", "/auth/register", json={**credentials, "full_name": "New"})
        self._ask(200, "POST", "/auth/token", data=form)
        pair = self._ask(200, "POST", "/auth/login", json=credentials)
        old = {"refresh_token": pair["refresh_token"]}
        pair = self._ask(200, "POST", "/auth/refresh", json=old)
        self._ask(200, "GET", "/auth/me", auth=pair["access_token"])
        last = {"refresh_token": pair["refresh_token"]}
        self._ask(204, "POST", "/auth/logout", json=last, auth=pair["access_token"])

    def manage_users(self, admin: HasToken, guest: HasToken, guest_id: int) -> None:
        """Every route of /users; the guest has another role afterwards."""
        self._ids["user"] = guest_id
        self._ask(200, "GET", "/users/all", auth=admin)
        self._ask(200, "GET", "/users/{user}", auth=guest)
        self._ask(200, "PATCH", "/users/{user}/role", auth=admin, json={"role": "organizer"})

    def plan_an_event(self, admin: HasToken, admin_id: int, guest: HasToken, guest_id: int) -> None:
        """Every route of /events and /tasks; the event is gone afterwards."""
        self._ids["user"] = guest_id
        self._ids["event"] = self._ask(201, "POST", "/events/", auth=admin, json=EVENT)["id"]
        self._ask(200, "GET", "/events/")
        self._ask(200, "GET", "/events/{event}")
        self._ask(200, "PUT", "/events/{event}", auth=admin, json=EVENT)
        self._ask(200, "PATCH", "/events/{event}", auth=admin, json={"location": "Hall"})
        self._ask(200, "GET", "/events/{event}/statistics")
        self._ask(201, "POST", "/events/{event}/participants/{user}", auth=guest)
        self._ask(200, "GET", "/events/{event}/participants", auth=guest)
        self._do_a_task(admin, admin_id)
        self._ask(204, "DELETE", "/events/{event}/participants/{user}", auth=guest)
        self._ask(204, "DELETE", "/events/{event}", auth=admin)

    def _do_a_task(self, admin: HasToken, admin_id: int) -> None:
        body = {"title": "Cake", "event_id": self._ids["event"], "assigned_to_id": admin_id}
        self._ids["task"] = self._ask(201, "POST", "/tasks/", auth=admin, json=body)["id"]
        self._ask(200, "GET", "/tasks/my-tasks", auth=admin)
        self._ask(200, "GET", "/tasks/event/{event}", auth=admin)
        self._ask(200, "GET", "/tasks/{task}", auth=admin)
        self._ask(200, "PATCH", "/tasks/{task}", auth=admin, json={"status": "completed"})
        self._ask(204, "DELETE", "/tasks/{task}", auth=admin)

    def _ask(self, status: int, method: str, path: str, **options: Any) -> dict[str, Any]:
        answer = self._send(status, method, path, path.format(**self._ids), **options)
        body = answer.json() if answer.content else {}
        self.keys[f"{method} {path}"] = set(body[0] if isinstance(body, list) else body)
        return dict(body) if isinstance(body, dict) else {}
