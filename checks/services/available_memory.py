"""How much memory a new process can have on this machine."""

import os
from pathlib import Path

MEMINFO = Path("/proc/meminfo")


def available_memory() -> int:
    """Bytes: what Linux estimates as available without swapping, elsewhere all that is built in.

    `MemAvailable` is explained in proc(5). A limit of a container's cgroup is not looked at.
    """
    try:
        fields = dict(line.split(":") for line in MEMINFO.read_text(encoding="ascii").splitlines())
    except OSError:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return int(fields.get("MemAvailable", "0 kB").split()[0]) * 1024
