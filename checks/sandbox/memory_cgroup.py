"""A memory cgroup for the contained processes of one environment, where the caller may make one.

A sum over /proc misses what the kernel keeps for processes, such as the contents of their sockets.
A cgroup counts that too, and its limit is the kernel's own. Root may make one nearly everywhere, a
user below systemd's `user@.service`. Both hierarchies are known:
https://docs.kernel.org/admin-guide/cgroup-v1/memory.html and admin-guide/cgroup-v2.html
"""

import itertools
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from checks.sandbox.privileges import as_root

LIMIT = 3 << 30
"""Bytes; above what the checker's own sum allows: memory, files in memory, contents of sockets."""
MARGIN = 1 << 30
"""So far beyond the limit version 2 lets a process come, slowed down; then the kernel ends it."""
REMOVE_TRIES, POLL_SECONDS = 40, 0.05
PREFIX = "eventure-"
MEMBERS = "cgroup.procs"
JOIN = f'echo 0 >"$0/{MEMBERS}" && exec "$@"'
MOUNTS, MEMBERSHIPS = Path("/proc/self/mountinfo"), Path("/proc/self/cgroup")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class MemoryCgroup:
    """A group without processes at first; `version` is that of its hierarchy.

    The kernel stops a process that goes beyond the limit, or slows it down, and does not kill it:
    what it kills, it counts for the whole machine, and a neighbour's test would tell nothing.
    """

    folder: Path
    version: int

    def set_limit(self, limit: int) -> None:
        """Set it, in bytes. Raises OSError where this user may not."""
        if self.version == 2:
            self._write("memory.max", limit + MARGIN)
            self._write("memory.high", limit)
        else:
            self._write("memory.limit_in_bytes", limit)
            self._write("memory.oom_control", 1)  # do not kill

    def is_exceeded(self) -> bool:
        """Whether its processes hold, or want, more than the limit; caches do not count."""
        if self.version == 1:
            return "under_oom 1" in _lines(self.folder / "memory.oom_control")
        held, limit = (_words(self.folder / name) for name in ("memory.current", "memory.high"))
        return held > [] and limit > [] and int(held[0]) > 1.02 * int(limit[0])

    def command(self, argv: Sequence[str]) -> list[str]:
        """The command line that joins the group and then is `argv`."""
        return ["/bin/sh", "-c", JOIN, str(self.folder), *argv]

    @as_root()
    def remove(self) -> None:
        """Remove it; its processes are ending. What stays in use is left to `sweep`."""
        for _ in range(REMOVE_TRIES):
            with suppress(OSError):
                self.folder.rmdir()
            if not self.folder.exists():
                return
            time.sleep(POLL_SECONDS)

    def _write(self, name: str, value: int) -> None:
        (self.folder / name).write_text(str(value), encoding="ascii")


@as_root()
def create(limit: int = LIMIT) -> MemoryCgroup | None:
    """A new group with this limit in bytes; None where this user may not make one to join."""
    name = f"{PREFIX}{os.getpid()}-{next(_numbers)}"
    for parent, version in parents():
        group = MemoryCgroup(parent / name, version)
        with suppress(OSError):
            group.folder.mkdir()
            with suppress(OSError):
                group.set_limit(limit)
                if os.access(group.folder / MEMBERS, os.W_OK, effective_ids=True):
                    return group
            group.remove()
    return None


def parents() -> Iterator[tuple[Path, int]]:
    """Groups in which one may be made, the own one first, each with its hierarchy's version.

    In the second version only a group without processes hands its controllers on: an ancestor.
    """
    for version, own, root in _own_groups():
        if version == 1:
            yield own, 1
            continue
        for group in (own, *own.parents):
            if "memory" in _words(group / "cgroup.subtree_control"):
                yield group, 2
            if group == root:
                break


def sweep() -> None:
    """Remove the groups of processes that have ended."""
    for parent, _ in parents():
        for folder in parent.glob(f"{PREFIX}*"):
            owner = folder.name.removeprefix(PREFIX).partition("-")[0]
            if not Path("/proc", owner).exists():
                with suppress(OSError):
                    folder.rmdir()


def _own_groups() -> Iterator[tuple[int, Path, Path]]:
    """Version, this process's group and the hierarchy's root, of each that counts memory."""
    for line in _lines(MEMBERSHIPS):
        number, controllers, path = line.split(":", 2)
        kind = "cgroup2" if number == "0" and not controllers else "cgroup"
        if kind == "cgroup" and "memory" not in controllers.split(","):
            continue
        for root in _mounts(kind):
            own = root / path.lstrip("/")
            if own.is_dir():
                yield (2 if kind == "cgroup2" else 1), own, root


def _mounts(kind: str) -> Iterator[Path]:
    """Where hierarchies of a kind are mounted; of the first version, that of memory (proc(5))."""
    for line in _lines(MOUNTS):
        fields, _, rest = line.partition(" - ")
        file_system, _, options = rest.split(" ", 2)
        if file_system == kind and (kind == "cgroup2" or "memory" in options.split(",")):
            yield Path(fields.split()[4])


def _lines(file: Path) -> list[str]:
    with suppress(OSError):
        return file.read_text(encoding="utf-8").splitlines()
    return []


def _words(file: Path) -> list[str]:
    return " ".join(_lines(file)).split()
