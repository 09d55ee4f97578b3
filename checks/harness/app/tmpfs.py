"""A folder in memory, of a size that holds: what contained code writes lands there.

Counting names does not bound a disk: a file that is removed while it is open has none and takes
up its room all the same. The folder is mounted in a mount namespace of this process alone, so
nobody else sees it, and it goes with the last process that does, however that ends.
"""

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event

from checks.files import remove_tree

SIZE = 320 << 20
INODES = 24_000
"""Above what a Limits lets anybody write, so that the checker itself still finds room."""

# <linux/sched.h>, <linux/mount.h>
NEW_MOUNTS, NEW_USER = 0x00020000, 0x10000000
NOSUID_NODEV, RECURSIVE, SLAVE, DETACH = 0x6, 0x4000, 1 << 19, 0x2

_entered = Event()
_rooms: set[int] = set()


def enter() -> bool:
    """Leave the mount namespace of the machine; whether that could be done.

    Root may; anybody else needs a user namespace of their own, which some systems refuse. A
    process with threads stays where it is: only the asking thread would move.
    """
    if not _entered.is_set() and sys.platform == "linux" and _is_alone():
        with suppress(OSError):
            _unshare()
            _call("mount", None, b"/", None, RECURSIVE | SLAVE, None)
            _entered.set()
    return _entered.is_set()


def _is_alone() -> bool:
    return len(list(Path("/proc/self/task").iterdir())) == 1


def _unshare() -> None:
    uid, gid = os.geteuid(), os.getegid()
    _call("unshare", NEW_MOUNTS if uid == 0 else NEW_MOUNTS | NEW_USER)
    if uid != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def make(folder: Path, mode: int) -> None:
    """Give the empty folder these permissions, and its bound where `enter` went well."""
    folder.chmod(mode)
    if _entered.is_set():
        options = f"size={SIZE},nr_inodes={INODES},mode={mode:o}"
        _call("mount", b"tmpfs", os.fsencode(folder), b"tmpfs", NOSUID_NODEV, options.encode())
        _rooms.add(folder.stat().st_dev)


def used(folder: Path) -> tuple[int, int] | None:
    """The bytes and the files in the room around a folder, nameless ones too; None without one."""
    if folder.stat().st_dev not in _rooms:
        return None
    found = os.statvfs(folder)
    return (found.f_blocks - found.f_bfree) * found.f_frsize, found.f_files - found.f_ffree


def remove(folder: Path) -> None:
    """Delete a folder that `make` was given; safe to call twice."""
    with suppress(OSError):
        device = folder.stat().st_dev
        if device in _rooms:
            _call("umount2", os.fsencode(folder), DETACH)
            _rooms.discard(device)
    remove_tree(folder)


def _call(name: str, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)


if (
    __name__ == "__main__"
):  # python -m checks.harness.app.tmpfs FOLDER COMMAND…: with the folder bound
    if enter():
        make(Path(sys.argv[1]), 0o777)
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the sandbox's own words
