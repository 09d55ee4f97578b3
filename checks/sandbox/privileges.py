"""Root's privileges in a process that runs tests: given up, and taken back for a block.

Such a process of root's becomes an account of its own, neither root nor the learner's. Its real and
effective ids are that account's, so a path that leads somewhere else than expected reaches no file
of root's for writing. Its saved ids stay root's (setresuid(2)): what needs root is done in a block,
`as_root`, and what learner code may have changed is touched as the learner's own uid, `as_learner`.

The system calls are made directly. They change the calling thread, where the functions of the C
library change all threads of the process. A program that is started outside a block has no
privilege at all.
"""

import ctypes
import os
import platform
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from checks.sandbox.sandbox_uid import MAPS, NOBODY_UID, UIDS, is_mapped, sandbox_uid

TEST_UIDS = range(UIDS.stop, UIDS.stop + len(UIDS))
"""Each uid of a sandbox has a uid for tests; UIDS-GIDS.md of systemd calls these unused."""
# <linux/capability.h>: the version, and the numbers of the capabilities
CAPABILITY_VERSION = 0x20080522
CAP_DAC_READ_SEARCH, CAP_KILL, CAP_SYS_PTRACE = 2, 5, 19
KEPT = (CAP_DAC_READ_SEARCH, CAP_KILL, CAP_SYS_PTRACE)
"""The workbook may lie in a folder that only root can enter; sandboxes are measured and killed."""


@dataclass(frozen=True)
class SystemCalls:
    """The numbers of the calls on one architecture: <asm/unistd.h>."""

    setresuid: int
    setresgid: int
    capget: int
    capset: int


CALLS = {
    "x86_64": SystemCalls(117, 119, 125, 126),
    "aarch64": SystemCalls(147, 149, 90, 91),
}
_dropped = Event()


def has_root() -> bool:
    """Whether this process is root, or can be in an `as_root` block."""
    return os.geteuid() == 0 or _dropped.is_set()


def drop(*owned: Path) -> bool:
    """Make root's process an account of its own, the owner of these files; whether that was done.

    For a process with one thread. The account goes with the lease of the sandbox's uid: no other
    process has it. Another user than root has no privileges to drop.
    """
    if os.geteuid() != 0 or _dropped.is_set() or platform.machine() not in CALLS:
        return _dropped.is_set()
    uid = account_uid(sandbox_uid())
    if uid is None:
        return False
    for path in owned:
        os.chown(path, uid, uid, follow_symlinks=False)
    os.setgroups([])
    _dropped.set()
    _become(uid)
    return True


def account_uid(learner: int) -> int | None:
    """The uid for tests beside this uid of a sandbox; None in a container that has it not."""
    uid = learner + len(UIDS)
    if learner == NOBODY_UID or not all(is_mapped(uid, file) for file in MAPS):
        return None
    return uid


@contextmanager
def as_root() -> Iterator[None]:
    """Be root in the block, in this thread; nothing changes in a process that has not dropped it.

    A thread that is started in the block stays root.
    """
    with _acting_as(0):
        yield


@contextmanager
def as_learner() -> Iterator[None]:
    """Be the user of the contained processes in the block, in this thread."""
    with _acting_as(sandbox_uid()):
        yield


@contextmanager
def _acting_as(uid: int) -> Iterator[None]:
    if not _dropped.is_set():
        yield
        return
    before = os.geteuid()
    _become(uid)
    try:
        yield
    finally:
        _become(before)


def _become(uid: int) -> None:
    """Take the ids in this thread; only an account of tests keeps capabilities."""
    calls = CALLS[platform.machine()]
    _call(calls.setresuid, 0, 0, 0)
    _call(calls.setresgid, uid, uid, 0)
    _call(calls.setresuid, uid, uid, 0)
    if uid in TEST_UIDS:
        _keep_capabilities(calls)


def _keep_capabilities(calls: SystemCalls) -> None:
    """Make KEPT effective: a change of the effective uid has cleared all."""
    header = ctypes.create_string_buffer(struct.pack("=Ii", CAPABILITY_VERSION, 0), 8)
    data = ctypes.create_string_buffer(24)
    _call(calls.capget, header, data)
    words = list(struct.unpack("=6I", data.raw))  # effective, permitted, inheritable; twice
    words[0] |= sum(1 << number for number in KEPT) & words[1]
    data.raw = struct.pack("=6I", *words)
    _call(calls.capset, header, data)


def _call(number: int, *arguments: "int | ctypes.Array[ctypes.c_char]") -> None:
    call = ctypes.CDLL(None, use_errno=True).syscall
    call.restype = ctypes.c_long
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    if call(ctypes.c_long(number), *words) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), f"system call {number}")
