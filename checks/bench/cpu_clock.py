"""Seconds of CPU time that a benchmark and all that it has started have used.

Where the caller may make a cgroup, the benchmark enters one of its own: what other programs do
does not count, and a server that was left behind does. Elsewhere the clock is the whole machine's
(`/proc/stat`), and the machine has to be quiet. Hierarchies:
https://docs.kernel.org/admin-guide/cgroup-v1/cpuacct.html and admin-guide/cgroup-v2.html
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
STATISTICS = Path("/proc/stat")
MEMBERS = "cgroup.procs"
NANOSECONDS, MICROSECONDS = 1e9, 1e6
OWN, WHOLE = "of this command and what it starts", "of the whole machine, which has to be quiet"


class CpuClock:
    """Reads the seconds that were used so far; `scope` says by whom."""

    def __init__(self, read: Callable[[], float], scope: str) -> None:
        self.seconds = read
        self.scope = scope


@contextmanager
def cpu_clock() -> Iterator[CpuClock]:
    """The clock of this process, its children and theirs, until the block ends."""
    group = next((entered for parent in parents() if (entered := enter(parent))), None)
    if group is None:
        yield CpuClock(machine_seconds, WHOLE)
        return
    try:
        yield CpuClock(lambda: group_seconds(group), OWN)
    finally:
        leave(group)


def parents() -> tuple[Path, ...]:
    """Where a group may be made: version 1 under its two usual names, then version 2."""
    return CGROUPS / "cpuacct", CGROUPS / "cpu,cpuacct", CGROUPS


def enter(parent: Path) -> Path | None:
    """Make a group and move this process into it; None where this user may not."""
    group = parent / f"eventure-bench-{os.getpid()}"
    with suppress(OSError):
        group.mkdir()
        (group / MEMBERS).write_text("0", encoding="ascii")
        group_seconds(group)
        return group
    leave(group)
    return None


def group_seconds(folder: Path) -> float:
    """Seconds of all CPUs that the group's processes have used, those that ended among them."""
    usage = folder / "cpuacct.usage"
    if usage.exists():
        return int(usage.read_text(encoding="ascii")) / NANOSECONDS
    lines = (folder / "cpu.stat").read_text(encoding="ascii").splitlines()
    return int(dict(line.split() for line in lines)["usage_usec"]) / MICROSECONDS


def machine_seconds() -> float:
    """The time that all CPUs of the machine have worked (proc(5): user, nice and system)."""
    words = STATISTICS.read_text(encoding="ascii").split()
    return sum(map(int, words[1:4])) / os.sysconf("SC_CLK_TCK")


def leave(group: Path) -> None:
    """Hand what still runs to the group above, and remove the own one."""
    with suppress(OSError):
        for process in (group / MEMBERS).read_text(encoding="ascii").split():
            with suppress(OSError):
                (group.parent / MEMBERS).write_text(process, encoding="ascii")
        group.rmdir()
