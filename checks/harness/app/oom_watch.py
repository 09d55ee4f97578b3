"""Whether the kernel has ended processes of this machine for lack of memory.

It takes the largest process, whoever has asked for the memory: an app that ends so says nothing
about itself. An app that has taken more than its own share is ended by the checker before.
https://docs.kernel.org/admin-guide/mm/concepts.html#oom-killer
"""

from contextlib import suppress
from pathlib import Path

VMSTAT = Path("/proc/vmstat")
COUNTER = "oom_kill"


class OomWatch:
    """Compares the kernel's count of such ends with that at the start."""

    def __init__(self, vmstat: Path = VMSTAT) -> None:
        self._vmstat = vmstat
        self._before = self._count()

    def has_killed(self) -> bool:
        """Whether there was one since the start, of the machine or of any container on it."""
        return self._count() != self._before

    def _count(self) -> int:
        """The counter; 0 where the kernel has none."""
        with suppress(OSError):
            for line in self._vmstat.read_text().splitlines():
                name, _, value = line.partition(" ")
                if name == COUNTER:
                    return int(value)
        return 0
