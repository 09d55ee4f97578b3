"""A process forked by the zygote of a sandbox, seen from the trusted side.

What the sandbox says about it is a status for people, never a verdict. What the sandbox leaves
undone is done by killing all of it.
"""

import contextlib
import json
import select
import signal
import socket
import struct
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import IO, Protocol

from checks.harness.app.clock import wait_for
from checks.zygote.client import has_ended

START_TIMEOUT = 60.0  # the first start waits for the libraries to load
END_TIMEOUT = 20.0  # for a family to be killed; then its whole sandbox is
CREDENTIALS = struct.Struct("3i")  # pid, uid, gid: `struct ucred` of <sys/socket.h>


class SandboxOfChild(Protocol):
    """The sandbox of a child: `pid` is the ancestor of all its processes."""

    pid: int

    def kill(self) -> None: ...


@dataclass(frozen=True)
class Program:
    """What a sandboxed Python process runs: the words after `python -I -B`, folder, environment.

    Without `stdin` it gets a pipe.
    """

    argv: Sequence[str]
    cwd: str
    env: Mapping[str, str]
    stdin: IO[bytes] | None
    stdout: int
    stderr: int

    def request(self) -> bytes:
        """The line of JSON that the zygote reads."""
        return json.dumps({"argv": [*self.argv], "cwd": self.cwd, "env": {**self.env}}).encode()


class SandboxedChild:
    """A process forked inside a sandbox; the part of `subprocess.Popen` that the harness needs."""

    def __init__(
        self,
        sandbox: SandboxOfChild,
        status_socket: socket.socket,
        stdin: IO[bytes],
        program: Program,
    ) -> None:
        """Raises OSError when the process does not start."""
        self.sandbox = sandbox
        self.stdin = stdin
        self._socket = status_socket
        self._lock = Lock()
        self._status: int | None = None
        self._is_family_dead = False
        try:
            self.pid = _hand_over(program, status_socket)
        except OSError:
            status_socket.close()
            raise

    def poll(self) -> int | None:
        """The exit status of an ended process, -9 if none was told. None while it runs."""
        with self._lock:
            if self._status is None:
                self._receive_exit()
            return self._status

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end of the process. Raises subprocess.TimeoutExpired."""
        if self._status is None:
            with contextlib.suppress(ValueError):  # `end` has closed it in another thread
                limit = None if timeout is None else max(timeout, 0)
                select.select([self._socket], [], [], limit)
        status = self.poll()
        if status is None:
            raise subprocess.TimeoutExpired("python", timeout or 0)
        return status

    def end(self) -> None:
        """Have the process killed with all its descendants; return when all of them are dead.

        The whole sandbox is killed when the supervisor does not say in time that they are.
        """
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
        wait_for(partial(has_ended, self), END_TIMEOUT)
        if not self._is_family_dead:
            self.sandbox.kill()
            self.wait()
        self._socket.close()

    def _receive_exit(self) -> None:
        try:
            message = self._socket.recv(16, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:  # its end was closed with something unread
            message = b""
        self._record_exit(message)

    def _record_exit(self, message: bytes) -> None:
        self._status = -signal.SIGKILL
        with contextlib.suppress(ValueError):
            self._status, self._is_family_dead = int(message), True
        with contextlib.suppress(OSError):
            self.stdin.close()


def _hand_over(program: Program, status_socket: socket.socket) -> int:
    """Tell what to run; the pid of the program on this side, which the kernel has translated.

    Raises OSError when the zygote does not answer in time.
    """
    status_socket.settimeout(START_TIMEOUT)
    status_socket.sendall(program.request() + b"\n")
    wait_for(lambda seconds: select.select([status_socket], [], [], seconds)[0], START_TIMEOUT)
    status_socket.settimeout(0)
    message, ancillary, _, _ = status_socket.recvmsg(1, socket.CMSG_SPACE(CREDENTIALS.size))
    status_socket.settimeout(None)
    for level, kind, data in ancillary if message == b"." else ():
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
            pid: int = CREDENTIALS.unpack(data)[0]
            return pid
    raise ConnectionResetError("the zygote has ended")
