"""The uid of the contained processes, where root starts them: another one for each checker process.

The kernel counts processes against RLIMIT_NPROC by uid, so two sandboxes of one uid would take
processes from each other. So it does with inotify instances and the memory of pipes. A uid is
leased by a lock on a file: the kernel gives it back when the checker process ends, however it ends.

A sandbox that root has not started lies in a user namespace of its own. There the kernel counts
for the namespace alone, since Linux 5.14.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from checks.errors import CourseError
from checks.services.owned_directory import ensure_owned_directory

NOBODY_UID = 65534
UIDS = range(60_578, 60_706)
"""Neither people, services nor containers have these: see UIDS-GIDS.md of systemd."""
RUNTIME_FOLDERS = (Path("/run"), Path("/tmp"))  # noqa: S108 - the owner of what is made is checked
MAPS = (Path("/proc/self/uid_map"), Path("/proc/self/gid_map"))


@dataclass(frozen=True)
class Lease:
    """A uid, the process that leases it, and the descriptor of the locked file; -1 for none."""

    uid: int
    pid: int
    descriptor: int


_lock = Lock()
_leases: list[Lease] = []


def sandbox_uid() -> int:
    """The uid, and the gid, of everything that this process starts contained.

    Raises CourseError when other processes lease all uids.
    """
    if os.geteuid() != 0:  # a process of root's that has given up its privileges keeps its lease
        return _leases[-1].uid if _leases and _leases[-1].pid == os.getpid() else NOBODY_UID
    with _lock:
        if not _leases or _leases[-1].pid != os.getpid():
            _close_inherited()
            _leases.append(_lease(_mapped_uids()))
        return _leases[-1].uid


@contextmanager
def another_uid() -> Iterator[None]:
    """Sandboxes that start in the block have the uid of another checker process, which is leased.

    For one thread at a time. Raises CourseError when other processes lease all uids.
    """
    first = sandbox_uid()
    if first == NOBODY_UID:
        yield
        return
    with _lock:
        _leases.append(_lease(_mapped_uids()))
    try:
        yield
    finally:
        with _lock:
            os.close(_leases.pop().descriptor)


def _close_inherited() -> None:
    """After a fork: the lease is the parent's, which must not have to wait for this process."""
    while _leases:
        inherited = _leases.pop()
        if inherited.descriptor >= 0:
            os.close(inherited.descriptor)


def _mapped_uids() -> list[int]:
    """The uids that exist here: a container may have only some of the machine's."""
    return [uid for uid in UIDS if all(is_mapped(uid, file) for file in MAPS)]


def is_mapped(number: int, file: Path) -> bool:
    """Whether a line of the map (first id inside, first id outside, count) has the number."""
    lines = [[int(field) for field in line.split()] for line in file.read_text().splitlines()]
    return any(first <= number < first + count for first, _, count in lines)


def _lease(uids: list[int]) -> Lease:
    """Lock the file of a uid. The first is chosen at random: another container may use the same."""
    if not uids:
        return Lease(NOBODY_UID, os.getpid(), -1)
    folder = _lock_folder()
    start = secrets.randbelow(len(uids))
    for uid in (*uids[start:], *uids[:start]):
        descriptor = os.open(folder / str(uid), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            return Lease(uid, os.getpid(), descriptor)
    raise CourseError(f"{len(uids)} runs with a sandbox are going on here: end some of them")


def _lock_folder() -> Path:
    """A folder of root's, the same for all checkers of the machine."""
    for parent in RUNTIME_FOLDERS:
        folder = parent / "eventure-uids"
        with suppress(CourseError, OSError):
            ensure_owned_directory(folder)
            folder.chmod(0o700)  # nobody else may hold a lock in it
            return folder
    raise CourseError("Root can make no folder in /run or /tmp, which a sandbox needs")
