"""A child of a zygote ends with whoever waits for it, however that one ends."""

import os
import select
import signal
import subprocess
import sys

import pytest

from checks.tests.support.repository import ROOT
from checks.zygote.children import GRACE_SECONDS

CLIENT = """
import sys
from pathlib import Path
from checks.zygote import client

with client.running_zygote():
    words = ["-c", {program!r}]
    child = client.Child(words, cwd=Path("/"), env={{}}, stdin=None, stdout=2, stderr=2)
    print(child.pid, flush=True)
    {then}
"""
BUSY = "while True: pass"
STUBBORN = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
LIMIT = GRACE_SECONDS + 20


def started_client(program: str, then: str) -> "subprocess.Popen[str]":
    source = CLIENT.format(program=program, then=then)
    return subprocess.Popen(
        [sys.executable, "-c", source], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def has_ended_within(pidfd: int, seconds: float) -> bool:
    return bool(select.select([pidfd], [], [], seconds)[0])


@pytest.mark.parametrize("program", [BUSY, STUBBORN], ids=["busy", "ignores SIGINT"])
def test_a_child_ends_when_its_client_is_killed(program: str) -> None:
    with started_client(program, "child.wait()") as client:
        assert client.stdout is not None
        pidfd = os.pidfd_open(int(client.stdout.readline()))

        client.send_signal(signal.SIGKILL)

        assert has_ended_within(pidfd, LIMIT)
        os.close(pidfd)


def test_a_child_ends_when_its_client_hangs_up() -> None:
    """The zygote's starter lives on: only the connection tells."""
    then = "child._socket.close(); import time; time.sleep(60)"
    with started_client(BUSY, then) as client:
        assert client.stdout is not None
        pidfd = os.pidfd_open(int(client.stdout.readline()))

        assert has_ended_within(pidfd, LIMIT)
        os.close(pidfd)
        client.kill()


def test_a_child_that_somebody_waits_for_is_left_alone() -> None:
    with started_client("import time; time.sleep(3)", "sys.exit(child.wait())") as client:
        assert client.wait(LIMIT) == 0


def test_the_end_of_a_killed_child_is_seen_at_once() -> None:
    then = "import os; os.kill(child.pid, 9); sys.exit(child.wait(1.0) != -9)"
    with started_client(BUSY, then) as client:
        assert client.wait(LIMIT) == 0
