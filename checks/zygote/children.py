"""The children of a zygote, and whoever waits for each: a child that nobody waits for is ended.

A child of a zygote is no child of the program that asked for it. When that program is killed,
nothing but its connection tells: the kernel closes it, and poll(2) reports POLLHUP.
"""

import contextlib
import os
import select
import signal
import socket
import time
from dataclasses import dataclass

GRACE_SECONDS = 10.0
"""How long a child may tidy up after SIGINT: stop its app, drop its database."""


@dataclass
class ForkedChild:
    """A child that leads a session of its own; `kill_at` is set once it has been asked to end."""

    pid: int
    pidfd: int
    connection: socket.socket
    kill_at: float | None = None

    def has_ended(self) -> bool:
        """Whether the process has ended; it may have been reaped."""
        return bool(select.select([self.pidfd], [], [], 0)[0])

    def ask_to_end(self) -> None:
        """SIGINT, and a time for SIGKILL."""
        if self.kill_at is None:
            self.kill_at = time.monotonic() + GRACE_SECONDS
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGINT)

    def kill_if_late(self) -> None:
        """SIGKILL for the whole session, when the time to tidy up is over."""
        if self.kill_at is not None and time.monotonic() > self.kill_at:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    def close(self) -> None:
        os.close(self.pidfd)
        self.connection.close()


class Children:
    """The running children of one zygote; without pidfds (macOS) none of them is watched."""

    def __init__(self) -> None:
        self._poll = select.poll()
        self._by_connection: dict[int, ForkedChild] = {}

    def add(self, pid: int, connection: socket.socket) -> None:
        """Watch a child; the connection is duplicated, and closed at the child's end."""
        if not hasattr(os, "pidfd_open"):
            return
        with contextlib.suppress(ProcessLookupError):
            child = ForkedChild(pid, os.pidfd_open(pid), connection.dup())
            self._poll.register(child.connection, 0)  # POLLHUP is reported without being asked for
            self._by_connection[child.connection.fileno()] = child

    def pidfds(self) -> list[int]:
        """A descriptor for each, which select(2) finds readable when the child has ended.

        `end_abandoned` has to follow at once: a client sees the end of its child by the end of the
        connection, and that is held here too.
        """
        return [child.pidfd for child in self._by_connection.values()]

    def end_abandoned(self) -> None:
        """Forget those that have ended, and end those for which nobody waits any more."""
        for descriptor, child in tuple(self._by_connection.items()):
            if child.has_ended():
                self._poll.unregister(descriptor)
                del self._by_connection[descriptor]
                child.close()
        for descriptor, _ in self._poll.poll(0):
            self._by_connection[descriptor].ask_to_end()
        for child in self._by_connection.values():
            child.kill_if_late()

    def end_all(self) -> None:
        """End every child; return when none is left."""
        for child in self._by_connection.values():
            child.ask_to_end()
        while self._by_connection:
            select.select(self.pidfds(), [], [], 1.0)
            self.end_abandoned()

    def close(self) -> None:
        """In a forked child: none of these is its own."""
        for child in self._by_connection.values():
            child.close()
        self._by_connection.clear()
