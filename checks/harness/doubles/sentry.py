"""A Sentry server for the tests: it receives the envelopes of an app, and keeps them.

It listens on 127.0.0.1; for a contained app, which has no network, on a Unix socket that
checks/harness/app/port_relay.py reaches from inside the sandbox.
"""

import socketserver
import threading
import zlib
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Self

import pytest

from checks.harness.app import double_sockets
from checks.harness.app.border import Border
from checks.harness.app.clock import wait_for
from checks.harness.app.environment import AppEnvironment

TIMEOUT = 10.0
SANDBOX_PORT = 9000
PUBLIC_KEY = "key-of-the-tests"
ENVELOPE_LIMIT, TOTAL_LIMIT = 4 << 20, 64 << 20
"""Bytes of an envelope, packed and unpacked; what is larger is answered with 413 and not kept.
And the letters of all that are kept, but for one envelope."""
GZIP_FORMAT = 16 + zlib.MAX_WBITS


class SentryServer:
    """Receives every envelope inside its `with` block; an app finds it by `settings`."""

    def __init__(self, border: Border, sockets: Path) -> None:
        """`sockets` is the folder of the doubles' sockets."""
        self._border = border
        self._arrived = threading.Condition()
        self._envelopes: list[str] = []
        self._socket = sockets / "sentry.sock"
        self._server = self._create_server()
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
        double_sockets.remove(self._socket)

    @property
    def settings(self) -> Mapping[str, str]:
        """The settings by which an app finds this server."""
        if self._border.contained:
            forward = f"{SANDBOX_PORT}:{self._socket}"
            return {"SENTRY_DSN": _dsn(SANDBOX_PORT), "EVENTURE_FORWARD": forward}
        return {"SENTRY_DSN": _dsn(self._server.server_address[1])}

    def events(self) -> list[str]:
        """The envelopes with an event that have arrived so far, as text."""
        with self._arrived:
            return [envelope for envelope in self._envelopes if '"type":"event"' in envelope]

    def all_text(self) -> str:
        """All envelopes that have arrived so far, as one text."""
        with self._arrived:
            return "\n".join(self._envelopes)

    def wait_for(self, condition: Callable[[list[str]], bool], message: str) -> list[str]:
        """The events, once `condition` holds. Fails the test with `message` if it never does."""
        with self._arrived:
            wait_for(
                lambda seconds: self._arrived.wait_for(lambda: condition(self.events()), seconds),
                TIMEOUT,
            )
            events = self.events()
        assert condition(events), message
        return events

    def receive(self, body: bytes) -> None:
        """Keep one envelope, if all that were kept are not too much."""
        with self._arrived:
            if sum(map(len, self._envelopes)) < TOTAL_LIMIT:
                self._envelopes.append(body.decode(errors="replace"))
            self._arrived.notify_all()

    def _create_server(self) -> Any:
        handler = type("Handler", (_Handler,), {"sentry": self})
        if not self._border.contained:
            return socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        server = socketserver.ThreadingUnixStreamServer(
            str(self._socket), handler, bind_and_activate=False
        )
        server.socket.close()
        server.socket = double_sockets.bind_socket(self._socket)
        server.server_activate()
        return server


class _Handler(BaseHTTPRequestHandler):
    sentry: SentryServer

    def do_POST(self) -> None:
        """Any address: the SDK asks for /api/1/envelope/."""
        body = self.rfile.read(min(self._content_length(), ENVELOPE_LIMIT + 1))
        if self.headers.get("content-encoding") == "gzip":
            body = unpacked(body)
        if is_kept := len(body) <= ENVELOPE_LIMIT:
            self.sentry.receive(body)
        self.send_response(200 if is_kept else 413)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def _content_length(self) -> int:
        """The length that the app states; 0 for what is no length."""
        text = self.headers.get("content-length", "")
        return int(text) if text.isdecimal() and len(text) < 20 else 0

    def log_message(self, *_: Any) -> None:
        """No log."""

    def address_string(self) -> str:
        """A Unix socket's client has none."""
        return "app"


def unpacked(body: bytes) -> bytes:
    """What a body in gzip holds, cut off behind ENVELOPE_LIMIT; nothing of one that is damaged."""
    try:
        return zlib.decompressobj(GZIP_FORMAT).decompress(body, ENVELOPE_LIMIT + 1)
    except zlib.error:
        return b""


def _dsn(port: Any) -> str:
    return f"http://{PUBLIC_KEY}@127.0.0.1:{port}/1"


@pytest.fixture
def sentry(environment: AppEnvironment) -> SentryServer:
    """A Sentry server; `server.shared(**sentry.settings)` is an app that reports to it."""
    border, sockets = environment.border(), environment.sockets
    return environment.cached("sentry", lambda: SentryServer(border, sockets))
