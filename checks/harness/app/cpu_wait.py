"""How long a process has waited for a CPU: on a busy machine a timeout is as much longer.

Linux counts it for each thread (the kernel's Documentation/scheduler/sched-stats.rst, the second
field of `/proc/<pid>/schedstat`, nanoseconds). Only the main thread is asked: it imports the app,
runs its event loop, or is the command. Elsewhere nothing is extended.
"""

import contextlib
from pathlib import Path

LARGEST_EXTENSION = 3.0
"""How many times its own length a timeout is extended at most."""


def cpu_wait(pid: int) -> float:
    """The seconds that the main thread has waited for a CPU; 0.0 of a process that has ended."""
    with contextlib.suppress(OSError, ValueError):
        _, waited, _ = Path(f"/proc/{pid}/schedstat").read_text().split()
        return int(waited) / 1e9
    return 0.0


def extension(seconds: float, waited: float) -> float:
    """By how many seconds a timeout is extended when its process has waited so long for a CPU."""
    return min(max(waited, 0.0), LARGEST_EXTENSION * seconds)
