"""How much longer a process's work takes than on an idle machine: a busy machine extends timeouts.

Linux counts for each thread how long it has run and how long it has waited for a CPU (the kernel's
Documentation/scheduler/sched-stats.rst, `/proc/<pid>/schedstat`). Elsewhere nothing is extended.
"""

import contextlib
import time

from checks.sandbox.process_tree import descendants, process_files

LARGEST = 4.0


def slowdown(pid: int) -> float:
    """The time that a process and its descendants ran or waited for a CPU, divided by the first.

    From 1.0, the machine had a CPU whenever one was needed, to `LARGEST`. A process that has ended
    gives 1.0.
    """
    running = waiting = 0
    for each in (pid, *descendants(pid)):
        for file in process_files(each, "task/*/schedstat"):
            with contextlib.suppress(OSError, ValueError):
                ran, waited, _ = map(int, file.read_text().split())
                running, waiting = running + ran, waiting + waited
    return min((running + waiting) / running, LARGEST) if running else 1.0


def is_over(started: float, seconds: float, pid: int) -> bool:
    """Whether a process has had so many seconds since `started`, a time of `time.monotonic()`.

    On a busy machine it has longer.
    """
    elapsed = time.monotonic() - started
    return elapsed >= seconds and elapsed >= seconds * slowdown(pid)
