"""The memory that processes hold together, read from /proc."""

import contextlib
import math
import os
import time
from collections.abc import Sequence
from pathlib import Path

from checks.sandbox.process_tree import descendants

MAX_AGE_SECONDS = 0.25
_recent: dict[int, tuple[float, int]] = {}
"""By the pid of an ancestor: when it was measured, and the bytes."""


def memory_bytes(pid: int, backends: Sequence[int], limit: int) -> int:
    """The bytes that a process, its descendants and the backends hold, as far as the system tells.

    After a fork parent and child share pages. Where the sum is over the limit, each shared page
    is counted once, which takes longer to read. A sum below it may be a quarter of a second old:
    every process of a sandbox asks for the same.
    """
    total = _recent_bytes(pid) + sum(map(_resident_bytes, backends))
    if total <= limit:
        return total
    pids = [pid, *descendants(pid)]  # the memory that backends share is the server's own
    return _shared_bytes(pids) + sum(map(_proportional_bytes, [*pids, *backends]))


def _recent_bytes(pid: int) -> int:
    measured_at, total = _recent.get(pid, (-math.inf, 0))
    if time.monotonic() - measured_at > MAX_AGE_SECONDS:
        pids = [pid, *descendants(pid)]
        total = _shared_bytes(pids) + sum(map(_resident_bytes, pids))
        _recent[pid] = time.monotonic(), total
    return total


def _shared_bytes(pids: list[int]) -> int:
    """The bytes of the shared anonymous mappings, each once, whichever process touched them."""
    areas: dict[str, int] = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
                if line.endswith("/dev/zero (deleted)"):  # the kernel's name for all of them
                    span, _, _, _, inode, *_ = line.split()
                    start, end = (int(each, 16) for each in span.split("-"))
                    areas[inode] = max(areas.get(inode, 0), end - start)
    return sum(areas.values())


def _resident_bytes(pid: int) -> int:
    """Private bytes in memory, with the pages that the process still shares with its parent."""
    with contextlib.suppress(OSError):
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
        return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _proportional_bytes(pid: int) -> int:
    """Anonymous bytes in memory, each page divided by the number of processes that share it."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss_Anon:"):
                return int(line.split()[1]) * 1024
    return _resident_bytes(pid)
