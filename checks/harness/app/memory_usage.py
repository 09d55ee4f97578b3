"""The memory that processes hold together, read from /proc."""

import contextlib
import math
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from checks.sandbox.process_tree import descendants

MIN_AGE_SECONDS, MAX_AGE_SECONDS = 0.25, 2.0
COST_FACTOR = 20
"""A measurement is not repeated before so many times what it took have passed."""


@dataclass
class _Measurement:
    """The bytes that a process and its descendants held, and until when nobody asks again."""

    total: int = 0
    valid_until: float = -math.inf
    lock: Lock = field(default_factory=Lock)


_measurements: dict[int, _Measurement] = {}
"""By the pid of an ancestor: every process of a sandbox asks for the same."""


def memory_bytes(pid: int, backends: Sequence[int], limit: int) -> int:
    """The bytes that a process, its descendants and the backends hold, as far as the system tells.

    After a fork parent and child share pages. Where the sum is over the limit, each shared page
    is counted once, which takes longer to read. A sum below it may be up to two seconds old.
    """
    total = _recent_bytes(pid, limit) + sum(map(_resident_bytes, backends))
    if total <= limit:
        return total
    # the memory that backends share is the server's own
    return _exact_bytes(pid) + sum(map(_proportional_bytes, backends))


def _recent_bytes(pid: int, limit: int) -> int:
    recent = _measurements.setdefault(pid, _Measurement())
    with recent.lock:
        started = time.monotonic()
        if started >= recent.valid_until:
            pids = [pid, *descendants(pid)]
            quick = _shared_bytes(pids) + sum(map(_resident_bytes, pids))
            recent.total = quick if quick <= limit else _exact_bytes(pid)
            now = time.monotonic()
            age = max(MIN_AGE_SECONDS, COST_FACTOR * (now - started))
            recent.valid_until = now + min(age, MAX_AGE_SECONDS)
        return recent.total


def _exact_bytes(pid: int) -> int:
    """Each page that several processes share is counted once."""
    pids = [pid, *descendants(pid)]
    return _shared_bytes(pids) + sum(map(_proportional_bytes, pids))


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
