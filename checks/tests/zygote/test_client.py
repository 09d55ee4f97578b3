"""The warm parent of a command: what a key pressed in the terminal does to it and its children."""

import os
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from checks.zygote import client as zygote
from checks.zygote import daemon

pytestmark = pytest.mark.skipif(os.name != "posix", reason="it forks")
ASLEEP = "import signal, sys; print('ready', flush=True); signal.pause()"


def child(source: str, out: int) -> zygote.Child:
    return zygote.Child(
        ["-c", source], cwd=Path.cwd(), env=dict(os.environ), stdin=None, stdout=out, stderr=out
    )


def parent() -> int:
    """The pid of the zygote."""
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(os.environ[zygote.VARIABLE])
        return daemon._peer(link)[0]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the pid of a peer is Linux only")
def test_ctrl_c_ends_whoever_asked_and_not_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(zygote.VARIABLE, raising=False)

    with zygote.warm(), tempfile.TemporaryFile() as out:
        os.kill(parent(), signal.SIGINT)
        still = child("print('still here')", out.fileno())

        assert still.wait(20) == 0
        out.seek(0)
        assert out.read() == b"still here\n"


def test_a_child_is_ended_by_ctrl_c_as_any_python_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(zygote.VARIABLE, raising=False)
    inner, outer = os.pipe()

    with zygote.warm(), os.fdopen(inner) as said:
        asleep = child(ASLEEP, outer)
        os.close(outer)
        assert said.readline() == "ready\n"
        os.kill(asleep.pid, signal.SIGINT)

        assert asleep.wait(20) != 0
        assert "KeyboardInterrupt" in said.read()


@pytest.mark.parametrize("timeout", [0.0, -0.5])
def test_a_wait_without_time_is_a_time_out(monkeypatch: pytest.MonkeyPatch, timeout: float) -> None:
    monkeypatch.delenv(zygote.VARIABLE, raising=False)

    with zygote.warm(), tempfile.TemporaryFile() as out:
        asleep = child(ASLEEP, out.fileno())

        with pytest.raises(subprocess.TimeoutExpired):
            asleep.wait(timeout)

        os.kill(asleep.pid, signal.SIGKILL)
        assert asleep.wait(20) == -signal.SIGKILL
