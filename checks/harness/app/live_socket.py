"""One WebSocket to the learner's app, over the app's Unix socket, with a timeout for each read.

It neither compresses nor sends pings of its own: what goes over the wire is what the app sends.
"""

import contextlib
import json
import socket
from threading import Event
from types import TracebackType
from typing import Any, Self

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.sync.client import ClientConnection, unix_connect

from checks.harness.app.clock import now, wait_for
from checks.harness.app.connections import Deadline
from checks.harness.app.process import AppProcess
from checks.harness.errors import AppDown, AppHangs
from checks.sandbox.learner_files import LearnerFolder

MAX_SIZE = 1 << 16
FRAMES_AHEAD = 1
Message = dict[str, Any]  # Any: JSON


class Refused(Exception):
    """The handshake was answered with an HTTP status instead."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class _Answer(Event):
    """An answer to the handshake, which a pause makes late for nobody."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait() if timeout is None else wait_for(super().wait, timeout)


class _Connection(ClientConnection):
    """`ClientConnection` waits for `response_rcvd`, and has a thread that sets it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.response_rcvd.__class__ = _Answer


class LiveSocket:
    """An open WebSocket. A read that takes too long fails the test."""

    def __init__(
        self, process: AppProcess, path: str, timeout: float, origin: str | None = None
    ) -> None:
        """Raises Refused, AppHangs, and AppDown where nobody listens."""
        self._path, self._timeout = path.split("?", 1)[0], timeout
        self._process = process
        self.hello: Message = {}
        try:
            with LearnerFolder(process.border.scratch).socket_path(process.socket.name) as file:
                self._connection: ClientConnection = unix_connect(
                    str(file),
                    f"ws://localhost{path}",
                    origin=origin,
                    compression=None,
                    open_timeout=timeout,
                    create_connection=_Connection,
                    ping_interval=None,
                    close_timeout=1,
                    max_size=MAX_SIZE,
                    max_queue=FRAMES_AHEAD,
                    # as a context manager it would wait for what nobody has read
                    legacy=True,
                )
        except TimeoutError:
            raise AppHangs(f"WebSocket {self._path}: no answer within {timeout:g} s") from None
        except InvalidMessage as error:
            raise AppDown(f"WebSocket {self._path}: {error}") from None
        except InvalidHandshake as error:
            response = getattr(error, "response", None)
            raise Refused(response.status_code if response else 0) from None
        except OSError as error:
            raise AppDown(f"WebSocket {self._path}: {error.strerror or error}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.abort()

    def receive(self, promise: str, *, with_pings: bool = False) -> Message:
        """The next message, pings left out; the test fails with the promise when none comes.

        The time in which the app waits for a CPU does not count. Raises Closed.
        """
        deadline = self._deadline()
        while True:
            message = self._receive(promise, deadline)
            if with_pings or message.get("type") != "ping":
                return message

    def close_code(self, promise: str) -> int | None:
        """Read until the app ends the connection: its code, None where it came without one."""
        deadline = self._deadline()
        try:
            while True:
                self._receive(promise, deadline)
        except Closed as closed:
            return closed.code

    def _deadline(self) -> Deadline:
        return Deadline.after(self._timeout, self._process.cpu_wait())

    def _receive(self, promise: str, deadline: Deadline) -> Message:
        """A message by then: pings alone keep nobody waiting."""
        try:
            data = self._read(deadline)
        except TimeoutError:
            raise AssertionError(f"{promise}: not within {self._timeout:g} s") from None
        except ConnectionClosed as error:
            raise Closed(error.rcvd.code if error.rcvd else None) from None
        try:
            message = json.loads(data)
        except (ValueError, RecursionError):
            message = None
        assert isinstance(message, dict), f"WebSocket {self._path}: a message is a JSON object"
        return message

    def _read(self, deadline: Deadline) -> str | bytes:
        """The next frame. Raises TimeoutError and ConnectionClosed."""
        while True:
            end = deadline.extended(self._process.cpu_wait())
            with contextlib.suppress(TimeoutError):
                return self._connection.recv(max(0.0, end - now()))
            if now() >= deadline.extended(self._process.cpu_wait()):
                raise TimeoutError

    def close(self) -> None:
        """Leave with a closing handshake."""
        self._connection.close()

    def abort(self) -> None:
        """Vanish, as a laptop does that is shut; safe to call twice."""
        with contextlib.suppress(OSError):
            self._connection.socket.shutdown(socket.SHUT_RDWR)


class Closed(Exception):
    """The app has ended the connection, with this code or with none."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"closed with {code}")
        self.code = code
