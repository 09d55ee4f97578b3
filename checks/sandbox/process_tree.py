"""Processes below another one, and the end of a whole sandbox."""

import contextlib
import os
import select
import signal
from collections.abc import Iterator
from pathlib import Path

KILL_TIMEOUT = 5.0


def descendants(pid: int) -> Iterator[int]:
    """The processes below this one, at any depth, as far as the system tells."""
    for child in children(pid):
        yield child
        yield from descendants(child)


def children(pid: int) -> Iterator[int]:
    """The children of each thread of this process."""
    for file in process_files(pid, "task/*/children"):
        with contextlib.suppress(OSError):
            yield from map(int, file.read_text().split())


def process_files(pid: int, pattern: str) -> Iterator[Path]:
    """The files below /proc/<pid> that match; none of a process that has ended."""
    with contextlib.suppress(OSError):
        yield from Path(f"/proc/{pid}").glob(pattern)


def open_init_process(pid: int) -> int | None:
    """A pidfd of the pid 1 in the sandbox of the bubblewrap process with this pid.

    The kernel ends pid 1 after all others in there. None where bubblewrap has no child.
    """
    for child in children(pid):
        with contextlib.suppress(ProcessLookupError):
            return os.pidfd_open(child)
    return None


def kill_sandbox(pid: int, init_process: int | None = None) -> None:
    """Kill the bubblewrap process with this pid, and return when its whole sandbox is dead.

    Where bubblewrap may have ended already, `init_process` is the pidfd of its child. It is closed.
    """
    if init_process is None:
        init_process = open_init_process(pid)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    if init_process is not None:
        select.select([init_process], [], [], KILL_TIMEOUT)
        os.close(init_process)
