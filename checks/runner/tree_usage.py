"""The CPU time of a test process's descendants, and how long processes waited for a CPU.

Read from /proc, so it needs no root and no cgroup. Not seen: a process that begins and ends between
two samples and that nobody waits for; a process that leaves the tree, which only an app outside the
sandbox can do; the servers' work for a statement; every process on a system without /proc.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from checks.sandbox.process_tree import descendants

UTIME, STIME, CUTIME, CSTIME, START_TIME = 11, 12, 13, 14, 19
"""Places in /proc/<pid>/stat after the name, see proc_pid_stat(5)."""


@dataclass(frozen=True)
class ProcessTimes:
    """Seconds of CPU: `own`, and of the ended children that the process has waited for.

    `wait`: the seconds in which the main thread was ready to run and had no CPU.
    """

    start: str
    own: float
    reaped: float
    wait: float


def process_times(pid: int) -> ProcessTimes | None:
    """The times of a process; None of one that has ended."""
    with suppress(OSError, ValueError, IndexError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        own, reaped = (
            sum(int(fields[place]) for place in places) / os.sysconf("SC_CLK_TCK")
            for places in ((UTIME, STIME), (CUTIME, CSTIME))
        )
        return ProcessTimes(fields[START_TIME], own, reaped, _wait(pid))
    return None


def _wait(pid: int) -> float:
    """Kernel documentation, scheduler/sched-stats.rst: the second field, in nanoseconds."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    return 0.0


@dataclass
class TreeUsage:
    """What the descendants of the test processes `roots` have used by the last `sample`.

    The sum over the processes that were seen, and the sum over the living with what they have
    waited for: each misses some processes and counts none twice, so the larger one counts.
    """

    roots: Sequence[int]
    cpu_seconds: float = field(default=0.0, init=False)
    _seen: dict[tuple[int, str], ProcessTimes] = field(default_factory=dict, init=False)
    _root_wait: float = field(default=0.0, init=False)

    def sample(self) -> None:
        """Read the times of the whole tree."""
        own = [times for pid in self.roots if (times := process_times(pid))]
        living = dict(self._living())
        self._seen.update(living)
        self._root_wait = max([self._root_wait, *(times.wait for times in own)])
        seen = sum(times.own for times in self._seen.values())
        waited_for = sum(times.reaped for times in own)
        waited_for += sum(times.own + times.reaped for times in living.values())
        self.cpu_seconds = max(self.cpu_seconds, seen, waited_for)

    def _living(self) -> Iterator[tuple[tuple[int, str], ProcessTimes]]:
        for root in self.roots:
            for pid in descendants(root):
                if times := process_times(pid):
                    yield (pid, times.start), times

    @property
    def wait_seconds(self) -> float:
        """The longest wait for a CPU: of a test process, and of one of its descendants.

        No sum over the descendants: many processes of one app could inflate it. The wait of one
        process is bounded by the CPU time of all others.
        """
        return self._root_wait + max((times.wait for times in self._seen.values()), default=0.0)
