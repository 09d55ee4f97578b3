"""Start contained Python processes through a zygote inside their common sandbox.

The processes of one app share what processes of one machine share: pids, /tmp, shared memory and
the loopback. They start with the libraries loaded. The zygote never loads learner code, but learner
code runs beside it under the same user: what it says is a status for people, never a verdict, and
what it leaves undone is done by killing the sandbox. `sandbox_zygote_server.py` is the zygote.
"""

import os
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from queue import Queue
from threading import Event, Lock, Thread

from checks.harness.app.sandboxed_child import Program, SandboxedChild
from checks.sandbox.privileges import as_root
from checks.sandbox.process_tree import kill_sandbox, open_init_process


class Sandbox:
    """A running sandbox with a zygote in it; `pid` is the pid of bubblewrap, the ancestor of all.

    Safe to kill twice.
    """

    def __init__(
        self, command: Sequence[str], packages: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        """`command` starts the zygote, which loads the packages. Raises OSError."""
        self.command = command
        self._init_process: int | None = None
        self._lock = Lock()
        self._killed = Event()
        self._control, zygote_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        started: Queue[subprocess.Popen[bytes] | OSError] = Queue()
        with zygote_end:
            arguments = ([*command, *packages], environment, zygote_end, started)
            Thread(target=self._hold, args=arguments, daemon=True).start()
            process = started.get()
        if isinstance(process, OSError):
            self._control.close()
            raise process
        self._process = process
        self.pid = process.pid

    def _hold(
        self,
        command: list[str],
        environment: Mapping[str, str],
        control: socket.socket,
        started: "Queue[subprocess.Popen[bytes] | OSError]",
    ) -> None:
        """Start bubblewrap, which dies with the thread that has started it; wait until killed."""
        try:
            with as_root():
                process = subprocess.Popen(
                    command,
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

    def start(self, program: Program) -> SandboxedChild:
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
        with self._lock:
            if self._init_process is None and not self.is_killed:
                self._init_process = open_init_process(self.pid)
        return child

    def _request(self, files: tuple[int, int, int]) -> socket.socket:
        """Ask the zygote for a child with these files; this side's end of its status socket."""
        status_socket, zygote_end = socket.socketpair()
        status_socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        try:
            with self._lock, zygote_end:
                socket.send_fds(self._control, [b"."], [zygote_end.fileno(), *files])
        except OSError:
            status_socket.close()
            raise
        return status_socket

    @property
    def has_started_a_process(self) -> bool:
        return self._init_process is not None

    @property
    def is_killed(self) -> bool:
        return self._killed.is_set()

    def kill(self) -> None:
        """Kill all of the sandbox, and return when it is dead."""
        with self._lock:
            if not self._killed.is_set():
                kill_sandbox(self.pid, self._init_process)
                self._process.wait()
                self._control.close()
                self._killed.set()


class SandboxZygote:
    """The zygote of one app's sandbox, started by the first process; `close` kills all of it."""

    def __init__(self, packages: Callable[[], Sequence[str]] = tuple) -> None:
        """`packages` gives the names of the packages that the zygote loads."""
        self._lock = Lock()
        self._packages = packages
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
            if self._sandbox is not None and self._sandbox.is_killed:
                self._sandbox = None
            if self._sandbox is None and self._is_usable:
                try:
                    self._sandbox = Sandbox(command, self._packages(), environment)
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
