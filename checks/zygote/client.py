"""A warm parent: it has the libraries loaded and never learner code, and forks a child a request.

Most of a short run is imports. `verify` starts many hundred Pythons; through the zygote each of
them begins with the libraries in memory. A child is what `python -I -B …` would be: a process
group, an environment, a working folder and three files of its own. It is no border: what is
contained never comes here. This is the asking side; `checks.zygote.server` is the parent itself,
and `checks.zygote.daemon` finds one that outlives the command.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

VARIABLE = "EVENTURE_ZYGOTE"
OFF = "off"
"""Said by the variable, it means: never go through a zygote, and start none."""
PATIENCE = 20.0  # seconds until a parent that is there and says nothing counts as gone


@contextmanager
def warm() -> Iterator[None]:
    """Have a zygote for the processes that are started inside the block."""
    if os.environ.get(VARIABLE) == OFF:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="eventure-zygote-") as folder:
        path = str(Path(folder) / "zygote.sock")
        words = [sys.executable, "-I", "-B", "-m", "checks.zygote.server", path]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
            try:
                if server.stdout and server.stdout.readline() == b"ready\n":
                    os.environ[VARIABLE] = path
                yield
            finally:
                os.environ.pop(VARIABLE, None)
                server.kill()


class Child:
    """A forked process; the part of `subprocess.Popen` that the harness needs."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdin: IO[bytes] | None,
        stdout: int,
        stderr: int,
    ) -> None:
        """`argv` is what follows `python -I -B`. Raises OSError when the zygote is gone."""
        self._status: int | None = None
        self._link = socket.socket(socket.AF_UNIX)
        self._link.settimeout(PATIENCE)
        inner, outer = os.pipe()
        self.stdin = os.fdopen(outer, "wb")
        try:
            self._link.connect(os.environ[VARIABLE])
            asked = {"argv": list(argv), "cwd": str(cwd), "env": dict(env)}
            given = [stdin.fileno() if stdin else inner, stdout, stderr]
            self.pid = self._born(json.dumps(asked).encode(), given)
        except OSError:
            self.stdin.close()
            self._link.close()
            raise
        finally:
            os.close(inner)

    def _born(self, asked: bytes, given: Sequence[int]) -> int:
        sent = socket.send_fds(self._link, [asked], given)
        self._link.sendall(asked[sent:])
        self._link.shutdown(socket.SHUT_WR)
        # unbuffered: a buffer would swallow the status of a child that ends at once
        said = self._link.makefile("rb", buffering=0).readline()
        if not said:
            raise ConnectionResetError("the zygote has ended")
        return int(said)

    def poll(self) -> int | None:
        """The exit status once it has ended: what it said itself, or -9."""
        if self._status is None:
            self._link.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                self._ended(self._link.recv(16))
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises subprocess.TimeoutExpired."""
        if self._status is None:
            self._link.settimeout(None if timeout is None else max(timeout, 0))
            try:
                return self._ended(self._link.recv(16))
            except (TimeoutError, BlockingIOError):  # the second where there was no time to wait
                raise subprocess.TimeoutExpired("python", timeout or 0) from None
        return self._status

    def _ended(self, said: bytes) -> int:
        self._status = int(said) if said else -signal.SIGKILL
        self._link.close()
        with contextlib.suppress(OSError):
            self.stdin.close()
        return self._status


Process = subprocess.Popen[bytes] | Child


def ended(process: Process, seconds: float) -> bool:
    """Wait for a process; whether it has ended. `Popen.wait` looks only every 50 ms."""
    if isinstance(process, subprocess.Popen) and hasattr(os, "pidfd_open"):
        if process.poll() is None:
            descriptor = os.pidfd_open(process.pid)
            select.select([descriptor], [], [], seconds)
            os.close(descriptor)
        return process.poll() is not None
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def available() -> bool:
    """Whether a zygote is known; it may be gone when it is asked."""
    return os.environ.get(VARIABLE, OFF) != OFF


def start(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdin: IO[bytes] | None,
    stdout: int,
    stderr: int,
) -> Process:
    """`python -I -B` with these words, through the zygote; without one if it is gone."""
    with contextlib.suppress(OSError):
        return Child(argv, cwd=cwd, env=env, stdin=stdin, stdout=stdout, stderr=stderr)
    return subprocess.Popen(
        [sys.executable, "-I", "-B", *argv],
        cwd=cwd,
        env=env,
        stdin=stdin or subprocess.PIPE,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )
