"""Processes below another one, and the end of a whole sandbox."""

import contextlib
import os
import select
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

KILL_TIMEOUT = 5.0


def descendants(pid: int) -> Iterator[int]:
    """The processes below this one, at any depth, as far as the system tells."""
    for child in children(pid):
        yield child
        yield from descendants(child)


def children(pid: int) -> Iterator[int]:
    """The children of each thread of this process."""
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            yield from map(int, file.read_text().split())


def kill_sandbox(pid: int) -> None:
    """Kill the bubblewrap process with this pid, and return when its whole sandbox is dead.

    bubblewrap's child is the sandbox's pid 1: the kernel ends it after all others in there.
    """
    with ExitStack() as stack:
        for child in children(pid):
            with contextlib.suppress(ProcessLookupError):
                descriptor = os.pidfd_open(child)
                stack.callback(os.close, descriptor)
                stack.callback(select.select, [descriptor], [], [], KILL_TIMEOUT)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
