"""The system calls that contained code is refused, as a filter for `bwrap --seccomp`.

Some memory belongs to no process, so nobody finds it by looking at processes: System V segments,
files of `memfd_create`, a file system that is mounted in a user namespace of one's own. Others
reach deep into the kernel and serve no web application. Numbers: <asm/unistd.h>; the filter's
language: <linux/filter.h>, <linux/seccomp.h>.
"""

import errno
import hashlib
import platform
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from checks.files import write_file
from checks.services.home import open_home


@dataclass(frozen=True)
class Machine:
    """How one architecture calls itself, and the numbers that it has of its own."""

    audit: int
    clone: int
    refused: dict[str, int]


# new mount, cgroup, UTS, IPC, user, PID and network namespaces
NAMESPACES = 0x7E020000
CLONE3 = 435
SHARED = {"io_uring_setup": 425, "memfd_secret": 447, "open_tree": 428, "fsopen": 430}
MACHINES = {
    "x86_64": Machine(
        0xC000003E,
        56,
        {"shmget": 29, "msgget": 68, "semget": 64, "mq_open": 240, "memfd_create": 319}
        | {"unshare": 272, "setns": 308, "mount": 165, "bpf": 321, "userfaultfd": 323}
        | {"add_key": 248, "request_key": 249, "keyctl": 250, "perf_event_open": 298},
    ),
    "aarch64": Machine(
        0xC00000B7,
        220,
        {"shmget": 194, "msgget": 186, "semget": 190, "mq_open": 180, "memfd_create": 279}
        | {"unshare": 97, "setns": 268, "mount": 40, "bpf": 280, "userfaultfd": 282}
        | {"add_key": 217, "request_key": 218, "keyctl": 219, "perf_event_open": 241},
    ),
}
# x86_64 knows a second set of numbers, which begins here
X32 = 0x40000000

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, AUDIT, FIRST_ARGUMENT = 0, 4, 16
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000


def program(machine: str) -> bytes:
    """The filter for a machine as `platform.machine` calls it; empty for one that is unknown."""
    if (known := MACHINES.get(machine)) is None:
        return b""
    return b"".join(struct.pack("=HBBI", *step) for step in _steps(known))


def _steps(known: Machine) -> Iterator[tuple[int, int, int, int]]:
    """Each test skips its own answer when it does not hold."""
    yield LOAD, 0, 0, AUDIT
    yield EQUAL, 1, 0, known.audit
    yield RETURN, 0, 0, KILL
    yield LOAD, 0, 0, NUMBER
    yield AT_LEAST, 0, 1, X32
    yield RETURN, 0, 0, REFUSE | errno.ENOSYS
    yield EQUAL, 0, 1, CLONE3  # its flags lie in memory: glibc then calls `clone`
    yield RETURN, 0, 0, REFUSE | errno.ENOSYS
    for number in (known.refused | SHARED).values():
        yield EQUAL, 0, 1, number
        yield RETURN, 0, 0, REFUSE | errno.EPERM
    yield EQUAL, 0, 3, known.clone
    yield LOAD, 0, 0, FIRST_ARGUMENT
    yield ANY_BIT, 0, 1, NAMESPACES
    yield RETURN, 0, 0, REFUSE | errno.EPERM
    yield RETURN, 0, 0, ALLOW


def open_at(number: int) -> list[str]:
    """The beginning of a command line that opens the filter at a descriptor; [] without one.

    Each start opens a file of its own: bubblewrap reads from where the last reader stopped.
    """
    if not (filtering := program(platform.machine())):
        return []
    file = open_home().root / f"seccomp-{hashlib.sha256(filtering).hexdigest()[:16]}"
    if not file.exists():
        write_file(file, filtering)
    return ["/bin/sh", "-c", f'exec "$@" {number}<"$0"', str(file)]
