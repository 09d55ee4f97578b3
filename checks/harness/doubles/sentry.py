"""A Sentry for the tests: it takes what an app reports, and keeps it.

It listens on 127.0.0.1; for a contained app, which has no network, on a Unix socket that
checks/harness/app/port_relay.py reaches from inside the sandbox.
"""

import gzip
import socketserver
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any, Self

import pytest

from checks.harness.app.border import Border
from checks.harness.app.environment import AppEnvironment

PATIENCE = 10.0
INSIDE = 9000
KEY = "key-of-the-tests"


class Sentry:
    """Takes every envelope while the block of its `with` lasts; an app finds it by `settings`."""

    def __init__(self, border: Border) -> None:
        self._border = border
        self._arrived = threading.Condition()
        self._envelopes: list[str] = []
        self._socket = border.scratch / "sentry.sock"
        self._server = self._listening()
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._socket.unlink(missing_ok=True)

    @property
    def settings(self) -> Mapping[str, str]:
        """What an app needs to find this server."""
        if self._border.contained:
            way = f"{INSIDE}:{self._border.inside(self._socket.name)}"
            return {"SENTRY_DSN": _dsn(INSIDE), "EVENTURE_FORWARD": way}
        return {"SENTRY_DSN": _dsn(self._server.server_address[1])}

    def events(self) -> list[str]:
        """The envelopes that have come so far and hold an event, as text."""
        with self._arrived:
            return [each for each in self._envelopes if '"type":"event"' in each]

    def everything(self) -> str:
        """All that has come so far."""
        with self._arrived:
            return "\n".join(self._envelopes)

    def wait_for(self, good: Callable[[list[str]], bool], asked: str) -> list[str]:
        """The events when they are as wished. Fails the test, by the words of `asked`, if never."""
        with self._arrived:
            self._arrived.wait_for(lambda: good(self.events()), PATIENCE)
            found = self.events()
        assert good(found), asked
        return found

    def take(self, body: bytes) -> None:
        """One envelope has arrived."""
        with self._arrived:
            self._envelopes.append(body.decode(errors="replace"))
            self._arrived.notify_all()

    def _listening(self) -> Any:
        handler = type("Handler", (_Handler,), {"sentry": self})
        if not self._border.contained:
            return socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        server = socketserver.ThreadingUnixStreamServer(str(self._socket), handler)
        self._socket.chmod(0o777)  # the contained app is another user
        return server


class _Handler(BaseHTTPRequestHandler):
    sentry: Sentry

    def do_POST(self) -> None:
        """Any address: the SDK asks for /api/1/envelope/."""
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        zipped = self.headers.get("content-encoding") == "gzip"
        self.sentry.take(gzip.decompress(body) if zipped else body)
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""

    def address_string(self) -> str:
        """A Unix socket's client has none."""
        return "app"


def _dsn(port: Any) -> str:
    return f"http://{KEY}@127.0.0.1:{port}/1"


@pytest.fixture
def sentry(environment: AppEnvironment) -> Sentry:
    """A Sentry; `server.kept(**sentry.settings)` is an app that reports there."""
    return environment.cached("sentry", lambda: Sentry(environment.border()))
