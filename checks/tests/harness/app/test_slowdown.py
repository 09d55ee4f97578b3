"""A busy machine extends timeouts: as much as it has kept the process waiting for a CPU."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from checks.harness.app import connections, slowdown
from checks.harness.app.connections import Deadline, timeout_at_deadline

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the waiting")
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def idle() -> Iterator[subprocess.Popen[bytes]]:
    """A process that waits for its input."""
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as process:
        yield process


def test_a_process_that_never_waited_is_not_slowed_down(
    idle: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slowdown, "descendants", lambda _: ())
    monkeypatch.setattr(Path, "read_text", lambda _: "5000000 0 3\n")

    assert slowdown.slowdown(idle.pid) == 1.0


def test_one_that_waited_twice_as_long_as_it_ran_has_three_times_as_long(
    idle: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slowdown, "descendants", lambda _: ())
    monkeypatch.setattr(Path, "read_text", lambda _: "5000000 10000000 3\n")

    assert slowdown.slowdown(idle.pid) == 3.0


def test_it_is_bounded(idle: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slowdown, "descendants", lambda _: ())
    monkeypatch.setattr(Path, "read_text", lambda _: "1 10000000 3\n")

    assert slowdown.slowdown(idle.pid) == slowdown.LARGEST


def test_a_process_that_has_ended_has_no_longer() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()

    assert slowdown.slowdown(process.pid) == 1.0


def test_the_kernel_counts_the_running() -> None:
    assert slowdown.slowdown(os.getpid()) >= 1.0


@pytest.mark.parametrize(("factor", "is_over"), [(1.0, True), (3.0, False)])
def test_a_timeout_is_over_when_the_process_had_its_seconds(
    monkeypatch: pytest.MonkeyPatch, factor: float, is_over: bool
) -> None:
    monkeypatch.setattr(slowdown, "slowdown", lambda _: factor)

    assert slowdown.is_over(time.monotonic() - 2, 1.0, os.getpid()) is is_over


def answer_late(listener: socket.socket, asked_twice: threading.Event) -> None:
    """Answer one request, once its deadline has been extended."""
    connection, _ = listener.accept()
    with connection, contextlib.suppress(OSError):  # the client may have given up
        connection.recv(4096)
        if asked_twice.wait(10):
            connection.sendall(ANSWER)


@pytest.mark.parametrize("factor", [1.0, 1000.0])
def test_an_answer_is_waited_for_as_much_longer(tmp_path: Path, factor: float) -> None:
    path, is_late = str(tmp_path / "app.sock"), threading.Event()

    def measured() -> float:
        is_late.set()
        return factor

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        thread = threading.Thread(target=answer_late, args=(listener, is_late))
        thread.start()
        with httpx2.Client(transport=connections.Transport(path, measured)) as client:
            request = client.build_request("GET", "http://localhost/")
            request.extensions["timeout"] = timeout_at_deadline(0.05).as_dict()
            if factor == 1.0:
                with pytest.raises(httpx2.ReadTimeout):
                    client.send(request)
            else:
                assert client.send(request).text == "ok"
        thread.join()


def test_a_deadline_knows_its_seconds() -> None:
    deadline = Deadline.after(5.0)

    assert deadline.extended(3.0) == pytest.approx(deadline + 10.0)
    assert isinstance(deadline, float)
