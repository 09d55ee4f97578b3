"""Start Python processes through a zygote: a parent with the libraries loaded that forks them.

Most of a short run is imports. `verify` starts many hundred Pythons; through the zygote each of
them starts with the libraries in memory. A child is what `python -I -B …` would be: a process
group, an environment, a working folder and three files of its own. The zygote never loads learner
code and is no border: contained processes are never started through it. This is the client;
`checks.zygote.server` is the zygote, and `checks.zygote.daemon` finds one that outlives a command.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from checks.programs import child_environment
from checks.services.temporary_folders import temporary_folder

VARIABLE = "EVENTURE_ZYGOTE"
OFF = "off"
"""The value of the variable with which no zygote is used or started."""
TIMEOUT_SECONDS = 20.0  # a zygote that does not answer for so long counts as gone


@contextmanager
def running_zygote() -> Iterator[None]:
    """Run a zygote for the processes that are started inside the block."""
    if os.environ.get(VARIABLE) == OFF:
        yield
        return
    outer = os.environ.pop(VARIABLE, None)
    with temporary_folder("zygote") as folder:
        path = str(folder / "zygote.sock")
        argv = [sys.executable, "-I", "-B", "-m", "checks.zygote.server", path]
        with subprocess.Popen(
            argv, env=child_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as server:
            try:
                if server.stdout and server.stdout.readline() == b"ready\n":
                    os.environ[VARIABLE] = path
                yield
            finally:
                os.environ.pop(VARIABLE, None)
                if outer is not None:
                    os.environ[VARIABLE] = outer
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
        server: str = "",
    ) -> None:
        """`argv` is what follows `python -I -B`, or what the process at `server` understands.

        Raises OSError when the parent is gone.
        """
        self._status: int | None = None
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(TIMEOUT_SECONDS)
        read_end, write_end = os.pipe()
        self.stdin = os.fdopen(write_end, "wb")
        try:
            self._socket.connect(server or os.environ[VARIABLE])
            request = {"argv": list(argv), "cwd": str(cwd), "env": dict(env)}
            descriptors = [stdin.fileno() if stdin else read_end, stdout, stderr]
            self.pid = self._send_request(json.dumps(request).encode(), descriptors)
        except OSError:
            self.stdin.close()
            self._socket.close()
            raise
        finally:
            os.close(read_end)

    def _send_request(self, request: bytes, descriptors: Sequence[int]) -> int:
        sent = socket.send_fds(self._socket, [request], descriptors)
        self._socket.sendall(request[sent:])
        self._socket.shutdown(socket.SHUT_WR)
        # unbuffered: a buffer would swallow the status of a child that ends at once
        pid = self._socket.makefile("rb", buffering=0).readline()
        if not pid:
            raise ConnectionResetError("the zygote has ended")
        return int(pid)

    def poll(self) -> int | None:
        """The exit status of an ended child: the status that it sent, or -9. None while it runs."""
        if self._status is None:
            self._socket.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                self._record_exit(self._socket.recv(16))
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end of the child. Raises subprocess.TimeoutExpired."""
        if self._status is None:
            self._socket.settimeout(None if timeout is None else max(timeout, 0))
            try:
                return self._record_exit(self._socket.recv(16))
            except (TimeoutError, BlockingIOError):  # BlockingIOError: the timeout was 0
                raise subprocess.TimeoutExpired("python", timeout or 0) from None
        return self._status

    def _record_exit(self, status: bytes) -> int:
        self._status = int(status) if status else -signal.SIGKILL
        self._socket.close()
        with contextlib.suppress(OSError):
            self.stdin.close()
        return self._status


Process = subprocess.Popen[bytes] | Child


class Waitable(Protocol):
    """A process whose end can be waited for."""

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...


def has_ended(process: Waitable, seconds: float) -> bool:
    """Wait for a process; whether it has ended. `Popen.wait` polls only every 50 ms."""
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
    """Whether a zygote is configured; it may have ended since."""
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
    """`python -I -B` with these arguments, through the zygote; without one if it is gone."""
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
