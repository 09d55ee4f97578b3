"""The relay in front of a server: it passes on, stops, goes on where it stopped, and refuses."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from checks.harness.doubles.postgres_relay import connect
from checks.harness.doubles.relay import Relay, held_answer
from checks.harness.doubles.silent_server import POSTGRES_SOCKET


def echo(listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=send_back, args=(connection,), daemon=True).start()


def send_back(connection: socket.socket) -> None:
    with connection:
        while data := connection.recv(1024):
            connection.sendall(data)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A server that sends back what it gets; its URL names the folder of its socket."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / POSTGRES_SOCKET))
        listener.listen()
        threading.Thread(target=echo, args=(listener,), daemon=True).start()
        yield f"postgresql+psycopg://app@/app?host={tmp_path}"
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def relay(server: str, tmp_path: Path) -> Iterator[Relay]:
    path = tmp_path / "relay" / POSTGRES_SOCKET
    with Relay(path, lambda: connect(server)) as relay:
        yield relay


@pytest.fixture
def client(relay: Relay, tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "relay" / POSTGRES_SOCKET))
        client.settimeout(5)
        yield client


@pytest.fixture
def ask_again(tmp_path: Path) -> Callable[[], bytes]:
    """What a new client is answered; b"" where its connection is ended."""

    def ask() -> bytes:
        with socket.socket(socket.AF_UNIX) as again:
            again.connect(str(tmp_path / "relay" / POSTGRES_SOCKET))
            again.settimeout(5)
            try:
                again.sendall(b"query")
                return again.recv(1024)
            except ConnectionError:
                return b""

    return ask


def test_both_directions_are_passed_on(client: socket.socket) -> None:
    client.sendall(b"query")

    assert client.recv(1024) == b"query"


def test_a_stopped_relay_passes_nothing_on_until_it_resumes(
    relay: Relay, client: socket.socket
) -> None:
    relay.stop()
    client.sendall(b"query")
    client.settimeout(0.05)
    with pytest.raises(TimeoutError):
        client.recv(1024)

    relay.resume()

    client.settimeout(5)
    assert client.recv(1024) == b"query"


def test_a_stranded_client_hears_nothing_more_and_a_new_one_is_answered(
    server: str, tmp_path: Path, ask_again: Callable[[], bytes]
) -> None:
    path = tmp_path / "relay" / POSTGRES_SOCKET
    with Relay(path, lambda: connect(server)) as relay, socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        client.sendall(b"first")
        assert client.recv(1024) == b"first"
        relay.stop()
        client.sendall(b"second")

        relay.strand()

        assert ask_again() == b"query"
        client.settimeout(0.05)
        with pytest.raises(TimeoutError):
            client.recv(1024)


def test_a_disconnected_client_reads_the_end_and_may_come_again(
    relay: Relay, client: socket.socket, ask_again: Callable[[], bytes]
) -> None:
    client.sendall(b"query")
    assert client.recv(1024) == b"query"

    relay.disconnect()

    assert client.recv(1024) == b""
    assert ask_again() == b"query"


def test_the_end_of_one_side_is_passed_on(client: socket.socket) -> None:
    client.sendall(b"query")
    client.shutdown(socket.SHUT_WR)

    assert client.recv(1024) == b"query"
    assert client.recv(1024) == b""


def test_a_relay_that_refuses_ends_each_connection_until_it_resumes(
    relay: Relay, client: socket.socket, ask_again: Callable[[], bytes]
) -> None:
    client.sendall(b"query")
    assert client.recv(1024) == b"query"

    relay.refuse()

    assert client.recv(1024) == b""
    assert ask_again() == b""
    relay.resume()
    assert ask_again() == b"query"


def test_it_stops_at_an_answer_that_holds_the_marker(relay: Relay, client: socket.socket) -> None:
    relay.stop_at(b"held")
    client.sendall(b"query")
    assert client.recv(1024) == b"query"

    client.sendall(b"it is held here")

    assert relay.wait_until_stopped()
    client.settimeout(0.05)
    with pytest.raises(TimeoutError):
        client.recv(1024)
    relay.resume()
    client.settimeout(5)
    assert client.recv(1024) == b"it is held here"


def test_an_answer_is_held_as_long_as_the_block_takes(relay: Relay, client: socket.socket) -> None:
    answers: list[bytes] = []

    def request() -> None:
        client.sendall(b"a title")
        answers.append(client.recv(1024))

    with held_answer(relay, b"title", request):
        assert answers == []

    assert answers == [b"a title"]
