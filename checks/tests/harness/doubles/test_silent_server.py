"""A server that takes every connection and sends nothing."""

import socket
from pathlib import Path

import pytest

from checks.harness.doubles.silent_server import silent_server


def test_it_takes_a_connection_and_sends_nothing(tmp_path: Path) -> None:
    path = tmp_path / "silent.sock"

    with silent_server(path), socket.socket(socket.AF_UNIX) as client:
        client.settimeout(0.05)
        client.connect(str(path))
        client.sendall(b"PING\r\n")

        with pytest.raises(TimeoutError):
            client.recv(1)


def test_its_socket_is_gone_at_the_end_even_after_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "silent.sock"

    with pytest.raises(RuntimeError), silent_server(path):
        raise RuntimeError

    assert not path.exists()
