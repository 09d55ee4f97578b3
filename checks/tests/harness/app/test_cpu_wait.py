"""A busy machine extends timeouts: by the time that the process has waited for a CPU."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx2
import pytest

from checks.harness.app import clock, connections, cpu_wait
from checks.harness.app.connections import Deadline, timeout_at_deadline
from checks.harness.app.polling import holds_within

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the waiting")
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


BUSY = "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])}); exec('while True: pass')"


def test_of_two_processes_on_one_cpu_one_waits() -> None:
    cpu = str(min(os.sched_getaffinity(0)))
    argv = [sys.executable, "-c", BUSY, cpu]
    with subprocess.Popen(argv) as first, subprocess.Popen(argv) as second:
        waited = holds_within(20, lambda: cpu_wait.cpu_wait(second.pid) > 0.1)
        for process in (first, second):
            process.kill()

    assert waited, "the kernel counts the seconds without a CPU"


def test_a_process_that_has_ended_has_not_waited() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()

    assert cpu_wait.cpu_wait(process.pid) == 0.0


@pytest.mark.parametrize(("waited", "extension"), [(0.0, 0.0), (5.0, 5.0), (100.0, 30.0)])
def test_a_timeout_is_extended_by_the_waiting_up_to_a_bound(
    waited: float, extension: float
) -> None:
    assert cpu_wait.extension(10.0, waited) == extension


@pytest.mark.parametrize(("waited", "is_over"), [(0.0, True), (1.5, False)])
def test_a_timeout_is_over_when_the_process_had_its_seconds(
    monkeypatch: pytest.MonkeyPatch, waited: float, is_over: bool
) -> None:
    monkeypatch.setattr(clock, "cpu_wait", lambda _: waited)

    assert clock.is_over(clock.now() - 2, 1.0, os.getpid()) is is_over


def answer_late(listener: socket.socket, is_late: threading.Event) -> None:
    """Answer one request, once its deadline is over."""
    connection, _ = listener.accept()
    with connection, contextlib.suppress(OSError):  # the client may have given up
        connection.recv(4096)
        if is_late.wait(10):
            connection.sendall(ANSWER)


@pytest.mark.parametrize("waited_before", [100.0, 0.0], ids=["not waited", "waited"])
def test_an_answer_is_waited_for_as_much_longer(tmp_path: Path, waited_before: float) -> None:
    path, is_late = str(tmp_path / "app.sock"), threading.Event()

    def measured() -> float:
        is_late.set()
        return 100.0

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        thread = threading.Thread(target=answer_late, args=(listener, is_late))
        thread.start()
        with httpx2.Client(transport=connections.Transport(path, measured)) as client:
            request = client.build_request("GET", "http://localhost/")
            request.extensions["timeout"] = timeout_at_deadline(1.0, waited_before).as_dict()
            if waited_before:
                with pytest.raises(httpx2.ReadTimeout):
                    client.send(request)
            else:
                assert client.send(request).text == "ok"
        thread.join()


def test_a_deadline_is_extended_by_what_was_waited_since() -> None:
    deadline = Deadline.after(5.0, waited=2.0)

    assert deadline.extended(4.0) == pytest.approx(deadline + 2.0)
