"""The client of the exercise tests, with an ASGI app behind it instead of a socket."""

import contextlib
import io
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx2

from checks.harness.app.api import BROWSER_HEADERS, Api
from checks.site.pyodide.tab.event_loop import run

App = Callable[..., Awaitable[None]]


class AsgiTransport(httpx2.BaseTransport):
    """Calls an app (ASGI 3, HTTP) with each request; `log` gets what it prints, and tracebacks."""

    def __init__(self, app: App, log: io.StringIO) -> None:
        self._app, self._log = app, log

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer of the app; 500 without a body where it ended before it answered."""
        answer: dict[str, Any] = {"status": 500, "headers": [], "body": b""}
        with contextlib.redirect_stdout(self._log):
            try:
                run(self._call(_scope(request), request.read(), answer))
            except Exception:  # noqa: BLE001, a server logs it and goes on
                self._log.write(traceback.format_exc())
        return httpx2.Response(
            answer["status"], headers=answer["headers"], content=answer["body"], request=request
        )

    async def _call(self, scope: dict[str, Any], body: bytes, answer: dict[str, Any]) -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                answer.update(status=message["status"], headers=list(message["headers"]))
            elif message["type"] == "http.response.body":
                answer["body"] += message.get("body", b"")

        await self._app(scope, receive, send)


def _scope(request: httpx2.Request) -> dict[str, Any]:
    path, _, query = request.url.raw_path.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.url.path,
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 40000),
        "server": ("localhost", 80),
        "state": {},
    }


class TabApi(Api):
    """The tests' client of an app in the same process: it records each exchange as `Api` does."""

    def __init__(self, app: App, log: io.StringIO) -> None:
        self._transport = AsgiTransport(app, log)
        super().__init__(None)

    def _new_client(self) -> httpx2.Client:
        headers = {**BROWSER_HEADERS, "Accept-Encoding": "identity"}
        return httpx2.Client(
            transport=self._transport, base_url="http://localhost", headers=headers
        )
