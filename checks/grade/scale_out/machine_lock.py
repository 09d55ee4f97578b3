"""One cell alone on a machine: a lock that all workers of one home share.

A cell in doubt is graded once more while no other one is. Workers hold the room shared, and such a
cell holds it alone. A gate before it keeps new ones out meanwhile, so nobody waits for ever. The
locks are flock(2)'s: they end with their process.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from checks.runner.run import Cancelled

POLL_SECONDS = 0.2


class MachineLock:
    """The two lock files in a folder. Raises Cancelled while it waits, once `cancelled` is set."""

    def __init__(self, folder: Path, cancelled: Event) -> None:
        self._gate = folder / "worker-gate.lock"
        self._room = folder / "worker-room.lock"
        self._cancelled = cancelled

    @contextmanager
    def beside_others(self) -> Iterator[None]:
        """Others may be graded meanwhile."""
        with self._entered(fcntl.LOCK_SH):
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until all others have ended; new ones wait."""
        with self._entered(fcntl.LOCK_EX):
            yield

    @contextmanager
    def _entered(self, kind: int) -> Iterator[None]:
        gate = self._locked(self._gate, fcntl.LOCK_EX)
        try:
            room = self._locked(self._room, kind)
        finally:
            os.close(gate)
        try:
            yield
        finally:
            os.close(room)

    def _locked(self, path: Path, kind: int) -> int:
        """A descriptor that holds the lock."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        while True:
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if self._cancelled.wait(POLL_SECONDS):
                    os.close(descriptor)
                    raise Cancelled from None
            else:
                return descriptor
