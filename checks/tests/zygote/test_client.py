"""A command's zygote and its children: Ctrl-C in the terminal, and waiting with a timeout."""

import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from checks.zygote import client as zygote
from checks.zygote import daemon

pytestmark = pytest.mark.skipif(os.name != "posix", reason="it forks")
ASLEEP = "import signal, sys; print('ready', flush=True); signal.pause()"


def child(source: str, descriptor: int) -> zygote.Child:
    return zygote.Child(
        ["-c", source],
        cwd=Path.cwd(),
        env=dict(os.environ),
        stdin=None,
        stdout=descriptor,
        stderr=descriptor,
    )


def zygote_pid() -> int:
    """The pid of the zygote."""
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(os.environ[zygote.VARIABLE])
        return daemon._peer(link)[0]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the pid of a peer is Linux only")
def test_ctrl_c_ends_whoever_asked_and_not_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(zygote.VARIABLE, raising=False)

    with zygote.running_zygote(), tempfile.TemporaryFile() as file:
        os.kill(zygote_pid(), signal.SIGINT)
        process = child("print('still here')", file.fileno())

        assert process.wait(20) == 0
        file.seek(0)
        assert file.read() == b"still here\n"


def test_a_child_is_ended_by_ctrl_c_as_any_python_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(zygote.VARIABLE, raising=False)
    inner, outer = os.pipe()

    with zygote.running_zygote(), os.fdopen(inner) as output:
        asleep = child(ASLEEP, outer)
        os.close(outer)
        assert output.readline() == "ready\n"
        os.kill(asleep.pid, signal.SIGINT)

        assert asleep.wait(20) != 0
        assert "KeyboardInterrupt" in output.read()


@pytest.mark.parametrize("timeout", [0.0, -0.5])
def test_a_wait_without_time_is_a_time_out(monkeypatch: pytest.MonkeyPatch, timeout: float) -> None:
    monkeypatch.delenv(zygote.VARIABLE, raising=False)

    with zygote.running_zygote(), tempfile.TemporaryFile() as file:
        asleep = child(ASLEEP, file.fileno())

        with pytest.raises(subprocess.TimeoutExpired):
            asleep.wait(timeout)

        os.kill(asleep.pid, signal.SIGKILL)
        assert asleep.wait(20) == -signal.SIGKILL


STARTER = """
import select
import signal
from checks.zygote import client
from checks.tests.zygote.test_client import zygote_pid
with client.running_zygote():
    print(zygote_pid(), flush=True)
    signal.pause()
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="the end of a stranger is Linux only")
def test_a_zygote_ends_with_its_starter_however_that_one_ends() -> None:
    environment = {name: os.environ[name] for name in os.environ if name != zygote.VARIABLE}
    argv = [sys.executable, "-c", STARTER]
    with subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        descriptor = os.pidfd_open(int(starter.stdout.readline()))
        starter.kill()

    assert select.select([descriptor], [], [], 10)[0] == [descriptor]
    os.close(descriptor)
