"""The system calls that contained code is refused, as a filter for `bwrap --seccomp`.

Some calls allocate memory that belongs to no process, so no memory limit counts it: System V
segments, files of `memfd_create`, a file system in a new user namespace. Others take what the
whole machine has a fixed number of (`fs.aio-max-nr`), or reach deep into the kernel and serve no
web application. Sockets are of the families that a network namespace closes: AF_VSOCK belongs to
none, and leads to the host of a virtual machine and to other processes of this one.
Numbers: <asm/unistd.h>; the filter's
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
class Architecture:
    """An architecture's AUDIT_ARCH constant, and its numbers of system calls."""

    audit_arch: int
    clone: int
    socket: int
    refused_calls: dict[str, int]


# new mount, cgroup, UTS, IPC, user, PID and network namespaces
NAMESPACES = 0x7E020000
CLONE3 = 435
COMMON_CALLS = {"io_uring_setup": 425, "memfd_secret": 447, "open_tree": 428, "fsopen": 430}
ARCHITECTURES = {
    "x86_64": Architecture(
        0xC000003E,
        56,
        41,
        {"shmget": 29, "msgget": 68, "semget": 64, "mq_open": 240, "memfd_create": 319}
        | {"unshare": 272, "setns": 308, "mount": 165, "bpf": 321, "userfaultfd": 323}
        | {"add_key": 248, "request_key": 249, "keyctl": 250, "perf_event_open": 298}
        | {"io_setup": 206, "vmsplice": 278, "fanotify_init": 300},
    ),
    "aarch64": Architecture(
        0xC00000B7,
        220,
        198,
        {"shmget": 194, "msgget": 186, "semget": 190, "mq_open": 180, "memfd_create": 279}
        | {"unshare": 97, "setns": 268, "mount": 40, "bpf": 280, "userfaultfd": 282}
        | {"add_key": 217, "request_key": 218, "keyctl": 219, "perf_event_open": 241}
        | {"io_setup": 0, "vmsplice": 75, "fanotify_init": 262},
    ),
}
# AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: <linux/socket.h>
SOCKET_FAMILIES = (1, 2, 10, 16)
# x86_64 has a second set of system call numbers, the x32 ABI, which begins here
X32_NUMBERS = 0x40000000

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, AUDIT, FIRST_ARGUMENT = 0, 4, 16
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000


def program(machine: str) -> bytes:
    """The filter for a machine, named as in `platform.machine`; empty for an unknown one."""
    if (architecture := ARCHITECTURES.get(machine)) is None:
        return b""
    return b"".join(
        struct.pack("=HBBI", *instruction) for instruction in _instructions(architecture)
    )


def _instructions(architecture: Architecture) -> Iterator[tuple[int, int, int, int]]:
    """The filter. Each comparison skips the `RETURN` after it when it is false."""
    yield LOAD, 0, 0, AUDIT
    yield EQUAL, 1, 0, architecture.audit_arch
    yield RETURN, 0, 0, KILL
    yield LOAD, 0, 0, NUMBER
    yield AT_LEAST, 0, 1, X32_NUMBERS
    yield RETURN, 0, 0, REFUSE | errno.ENOSYS
    yield EQUAL, 0, 1, CLONE3  # a filter cannot read its flags; after ENOSYS glibc calls `clone`
    yield RETURN, 0, 0, REFUSE | errno.ENOSYS
    for number in (architecture.refused_calls | COMMON_CALLS).values():
        yield EQUAL, 0, 1, number
        yield RETURN, 0, 0, REFUSE | errno.EPERM
    yield from _socket_instructions(architecture.socket)
    yield EQUAL, 0, 3, architecture.clone
    yield LOAD, 0, 0, FIRST_ARGUMENT
    yield ANY_BIT, 0, 1, NAMESPACES
    yield RETURN, 0, 0, REFUSE | errno.EPERM
    yield RETURN, 0, 0, ALLOW


def _socket_instructions(number: int) -> Iterator[tuple[int, int, int, int]]:
    """Sockets of some families alone; any other call goes on behind these."""
    yield EQUAL, 0, 2 + 2 * len(SOCKET_FAMILIES), number
    yield LOAD, 0, 0, FIRST_ARGUMENT
    for family in SOCKET_FAMILIES:
        yield EQUAL, 0, 1, family
        yield RETURN, 0, 0, ALLOW
    yield RETURN, 0, 0, REFUSE | errno.EAFNOSUPPORT


def command_prefix(number: int) -> list[str]:
    """The prefix of a command line that opens the filter at a descriptor; [] without a filter.

    Each start opens the file anew: bubblewrap reads from the offset of the last reader.
    """
    if not (bpf_program := program(platform.machine())):
        return []
    file = open_home().root / f"seccomp-{hashlib.sha256(bpf_program).hexdigest()[:16]}"
    if not file.exists():
        write_file(file, bpf_program)
    return ["/bin/sh", "-c", f'exec "$@" {number}<"$0"', str(file)]
