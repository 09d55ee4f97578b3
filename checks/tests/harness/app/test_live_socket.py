"""A WebSocket of a test: what it tells of an app that refuses, is silent, closes, or sends junk."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import cast

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, unix_serve

from checks.harness.app.live_socket import Closed, LiveSocket, Refused
from checks.harness.app.process import AppProcess
from checks.harness.errors import AppDown

TIMEOUT = 2.0
Handler = Callable[[ServerConnection], None]


def process_at(folder: Path, cpu_wait: Callable[[], float] = lambda: 0.0) -> AppProcess:
    """A process of which only the socket's place is known, and how long it waited for a CPU."""
    place = SimpleNamespace(
        border=SimpleNamespace(scratch=folder), socket=folder / "app.sock", cpu_wait=cpu_wait
    )
    return cast("AppProcess", place)


@contextmanager
def serving(folder: Path, handler: Handler, status: HTTPStatus | None = None) -> Iterator[None]:
    """An app that does this with each socket, or answers the handshake with a status."""

    def answer(connection: ServerConnection, request: Request) -> Response | None:
        return connection.respond(status, "") if status else None

    with unix_serve(handler, str(folder / "app.sock"), process_request=answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield


def send(*texts: str) -> Handler:
    """Send these, then wait until the client leaves."""

    def handle(connection: ServerConnection) -> None:
        for text in texts:
            connection.send(text)
        for _ in connection:
            pass

    return handle


def test_pings_are_left_out_unless_they_are_asked_for(tmp_path: Path) -> None:
    ping, hello = '{"type": "ping"}', '{"type": "hello"}'
    with (
        serving(tmp_path, send(ping, hello, ping)),
        LiveSocket(process_at(tmp_path), "/ws", TIMEOUT) as socket,
    ):
        assert socket.receive("a greeting") == {"type": "hello"}
        assert socket.receive("a ping", with_pings=True) == {"type": "ping"}


def test_silence_fails_with_the_promise(tmp_path: Path) -> None:
    with (
        serving(tmp_path, send()),
        LiveSocket(process_at(tmp_path), "/ws", 0.1) as socket,
        pytest.raises(AssertionError, match=r"a greeting: not within 0\.1 s"),
    ):
        socket.receive("a greeting")


def test_an_app_that_waits_for_a_cpu_has_longer(tmp_path: Path) -> None:
    waits, late = iter((0.0, 0.0)), Event()

    def cpu_wait() -> float:  # asked at the beginning, and again when nothing has come
        if (seconds := next(waits, 100.0)) > 0:
            late.set()
        return seconds

    def handle(connection: ServerConnection) -> None:
        late.wait(5 * TIMEOUT)
        send('{"type": "hello"}')(connection)

    with (
        serving(tmp_path, handle),
        LiveSocket(process_at(tmp_path, cpu_wait), "/ws", TIMEOUT) as socket,
    ):
        assert socket.receive("a greeting") == {"type": "hello"}


@pytest.mark.parametrize("text", ["junk", "[]", "[" * 5000])
def test_what_is_no_object_is_told(tmp_path: Path, text: str) -> None:
    with (
        serving(tmp_path, send(text)),
        LiveSocket(process_at(tmp_path), "/ws", TIMEOUT) as socket,
        pytest.raises(AssertionError, match="a message is a JSON object"),
    ):
        socket.receive("a greeting")


def test_a_close_has_its_code(tmp_path: Path) -> None:
    with (
        serving(tmp_path, lambda c: c.close(1001)),
        LiveSocket(process_at(tmp_path), "/ws", TIMEOUT) as socket,
    ):
        assert socket.close_code("it ends") == 1001


def test_an_end_without_a_close_has_none(tmp_path: Path) -> None:
    with (
        serving(tmp_path, lambda c: c.socket.close()),
        LiveSocket(process_at(tmp_path), "/ws", TIMEOUT) as socket,
        pytest.raises(Closed) as caught,
    ):
        socket.receive("it ends")
    assert caught.value.code is None


def test_a_refusal_has_its_status(tmp_path: Path) -> None:
    with serving(tmp_path, send(), HTTPStatus.FORBIDDEN), pytest.raises(Refused) as caught:
        LiveSocket(process_at(tmp_path), "/ws?ticket=secret", TIMEOUT)
    assert caught.value.status == 403


def test_nobody_there_is_the_app_s_fault(tmp_path: Path) -> None:
    with pytest.raises(AppDown) as caught:
        LiveSocket(process_at(tmp_path), "/ws?ticket=secret", TIMEOUT)
    assert "secret" not in str(caught.value)


def test_what_nobody_has_read_does_not_hold_its_end(tmp_path: Path) -> None:
    with serving(tmp_path, send(*["{}"] * 50)):
        socket = LiveSocket(process_at(tmp_path), "/ws", TIMEOUT)

        for _ in range(2):
            socket.abort()

        assert socket.close_code("it ends") is None


def test_pings_alone_keep_nobody_waiting(tmp_path: Path) -> None:
    def ping_for_ever(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            while True:
                connection.send('{"type": "ping"}')

    with (
        serving(tmp_path, ping_for_ever),
        LiveSocket(process_at(tmp_path), "/ws", 0.2) as socket,
    ):
        for read in (socket.receive, socket.close_code):
            with pytest.raises(AssertionError, match=r"it comes: not within 0\.2 s"):
                read("it comes")
