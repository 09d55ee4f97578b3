"""Start contained Python processes through a zygote inside their common sandbox.

The processes of one app share what processes of one machine share: pids, /tmp, shared memory and
the loopback. They start with the libraries loaded. The zygote never loads learner code, but learner
code runs beside it under the same user: what it says is a status for people, never a verdict, and
what it leaves undone is done by killing the sandbox. `sandbox_zygote_server.py` is the zygote.
"""

import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from queue import Queue
from threading import Event, Lock, Thread
from typing import IO

from checks.sandbox.process_tree import kill_sandbox

START_TIMEOUT = 60.0  # the first start waits for the libraries to load
END_TIMEOUT = 20.0  # for a family to be killed; then its whole sandbox is
CREDENTIALS = struct.Struct("3i")  # pid, uid, gid: `struct ucred` of <sys/socket.h>


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


class Sandbox:
    """A running sandbox with a zygote in it; `pid` is the pid of bubblewrap, the ancestor of all.

    Safe to kill twice.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """`command` starts the zygote. Raises OSError."""
        self.command = command
        self.has_started_a_process = False
        self._lock = Lock()
        self._killed = Event()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        started: Queue[subprocess.Popen[bytes] | OSError] = Queue()
        with theirs:
            arguments = (command, environment, theirs, started)
            Thread(target=self._hold, args=arguments, daemon=True).start()
            process = started.get()
        if isinstance(process, OSError):
            self._control.close()
            raise process
        self._process = process
        self.pid = process.pid

    def _hold(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        control: socket.socket,
        started: "Queue[subprocess.Popen[bytes] | OSError]",
    ) -> None:
        """Start bubblewrap, which dies with the thread that has started it; wait until killed."""
        try:
            process = subprocess.Popen(
                list(command),
                cwd="/",
                env=environment,
                stdin=control.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            started.put(error)
            return
        started.put(process)
        self._killed.wait()

    def start(self, program: Program) -> "SandboxedChild":
        """Start a process in the sandbox. Raises OSError when the zygote does not answer."""
        read_end, write_end = os.pipe()
        stdin = os.fdopen(write_end, "wb")
        standard_input = program.stdin.fileno() if program.stdin else read_end
        try:
            status_socket = self._request((standard_input, program.stdout, program.stderr))
            child = SandboxedChild(self, status_socket, stdin, program)
        except OSError:
            stdin.close()
            raise
        finally:
            os.close(read_end)
        self.has_started_a_process = True
        return child

    def _request(self, files: tuple[int, int, int]) -> socket.socket:
        """Ask the zygote for a child with these files; this side's end of its status socket."""
        status_socket, theirs = socket.socketpair()
        with self._lock, theirs:
            status_socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            socket.send_fds(self._control, [b"."], [theirs.fileno(), *files])
        return status_socket

    def kill(self) -> None:
        """Kill all of the sandbox, and return when it is dead."""
        with self._lock:
            if not self._killed.is_set():
                kill_sandbox(self.pid)
                self._process.wait()
                self._control.close()
                self._killed.set()


class SandboxedChild:
    """A process forked inside a sandbox; the part of `subprocess.Popen` that the harness needs."""

    def __init__(
        self, sandbox: Sandbox, status_socket: socket.socket, stdin: IO[bytes], program: Program
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
                with contextlib.suppress(BlockingIOError):
                    self._record_exit(self._socket.recv(16, socket.MSG_DONTWAIT))
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
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(END_TIMEOUT)
        if not self._is_family_dead:
            self.sandbox.kill()
            self.wait()
        self._socket.close()

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
    message, ancillary, _, _ = status_socket.recvmsg(1, socket.CMSG_SPACE(CREDENTIALS.size))
    status_socket.settimeout(None)
    for level, kind, data in ancillary if message == b"." else ():
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
            pid: int = CREDENTIALS.unpack(data)[0]
            return pid
    raise ConnectionResetError("the zygote has ended")


class SandboxZygote:
    """The zygote of one app's sandbox, started by the first process; `close` kills all of it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sandbox: Sandbox | None = None
        self._is_usable = True

    def start(
        self, command: Sequence[str], environment: Mapping[str, str], program: Program
    ) -> SandboxedChild | None:
        """Start the program; None where a sandbox of its own has to be started for it.

        `command` starts the zygote, with `environment`. A program whose command differs from the
        first one's needs other mounts. A zygote that has died is started again for the next
        program; one that has never started a process is not.
        """
        sandbox = self._running_sandbox(command, environment)
        if sandbox is None or sandbox.command != command:
            return None
        try:
            return sandbox.start(program)
        except OSError:
            self._discard(sandbox)
            return None

    def _running_sandbox(
        self, command: Sequence[str], environment: Mapping[str, str]
    ) -> Sandbox | None:
        with self._lock:
            if self._sandbox is None and self._is_usable:
                try:
                    self._sandbox = Sandbox(command, environment)
                except OSError:
                    self._is_usable = False
            return self._sandbox

    def _discard(self, sandbox: Sandbox) -> None:
        sandbox.kill()
        with self._lock:
            self._is_usable = self._is_usable and sandbox.has_started_a_process
            if self._sandbox is sandbox:
                self._sandbox = None

    def close(self) -> None:
        """Kill the sandbox with every process in it; safe to call twice."""
        with self._lock:
            if self._sandbox is not None:
                self._sandbox.kill()
            self._sandbox, self._is_usable = None, False
