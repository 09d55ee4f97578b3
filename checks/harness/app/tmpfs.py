"""A tmpfs of bounded size for whatever contained code writes.

Counting names does not bound a disk: a file that is unlinked while it is open has no name and
takes up space all the same. The tmpfs is mounted in a mount namespace of this process alone:
nobody else sees it, and it goes with the last process of the namespace, however that ends.
"""

import ctypes
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from checks.sandbox.privileges import as_root
from checks.sandbox.tree_removal import remove_tree

SIZE = 320 << 20
INODES = 24_000
"""Above resource_limits.DISK_LIMIT and FILE_LIMIT, so that the checker itself can still write."""

# <linux/sched.h>, <linux/mount.h>
CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_NOSUID, MS_REC, MS_SLAVE = 0x2, 0x4000, 1 << 19
MS_NOSYMFOLLOW = 0x100  # since Linux 5.10; an older kernel ignores it
MNT_DETACH, UMOUNT_NOFOLLOW = 0x2, 0x8


@dataclass(frozen=True)
class Mount:
    """A mounted tmpfs; what those with one `counted_with` hold is counted together."""

    folder: Path
    counted_with: Path


_unshared = Event()
_mounts: dict[int, Mount] = {}
"""By the number of the device."""


def unshare() -> bool:
    """Leave the mount namespace of the machine; whether that could be done.

    Root may; any other user needs a user namespace, which some systems refuse. A process with
    threads stays in its namespace: only the calling thread would move.
    """
    if not _unshared.is_set() and sys.platform == "linux" and _is_single_threaded():
        with suppress(OSError):
            _unshare_mounts()
            _libc_call("mount", None, b"/", None, MS_REC | MS_SLAVE, None)
            _unshared.set()
    return _unshared.is_set()


def _is_single_threaded() -> bool:
    return len(list(Path("/proc/self/task").iterdir())) == 1


def _unshare_mounts() -> None:
    uid, gid = os.geteuid(), os.getegid()
    _libc_call("unshare", CLONE_NEWNS if uid == 0 else CLONE_NEWNS | CLONE_NEWUSER)
    if uid != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")


def mount(folder: Path, mode: int, counted_with: Path | None = None) -> None:
    """Give the empty folder these permissions, and mount a tmpfs there if `unshare` succeeded.

    `usage` counts it together with those that have the same `counted_with`, or else by itself.

    This process follows no link in the tmpfs. A sandbox does: bubblewrap mounts the folder once
    more, without devices, and that mount keeps no flag which bubblewrap does not know. Mounted
    without devices here, it would be the same mount.
    """
    folder.chmod(mode)
    if _unshared.is_set():
        owner = f"uid={os.geteuid()},gid={os.getegid()}"
        options = f"size={SIZE},nr_inodes={INODES},mode={mode:o},{owner}"
        flags = MS_NOSUID | MS_NOSYMFOLLOW
        with as_root():
            _libc_call("mount", b"tmpfs", os.fsencode(folder), b"tmpfs", flags, options.encode())
        _mounts[folder.stat().st_dev] = Mount(folder, counted_with or folder)


def usage(folder: Path) -> tuple[int, int] | None:
    """The bytes and the files in the folder's tmpfs and in those that are counted with it.

    Unlinked files count too. None without a tmpfs.
    """
    if (own := _mounts.get(folder.stat().st_dev)) is None:
        return None
    together = [each for each in _mounts.values() if each.counted_with == own.counted_with]
    stats = [os.statvfs(each.folder) for each in together]
    sizes = [(each.f_blocks - each.f_bfree) * each.f_frsize for each in stats]
    return sum(sizes), sum(each.f_files - each.f_ffree for each in stats)


def remove(folder: Path) -> None:
    """Delete a folder that `mount` was given; safe to call twice."""
    with suppress(OSError), as_root():
        device = folder.stat().st_dev
        if device in _mounts and _mounts[device].folder == folder:
            _libc_call("umount2", os.fsencode(folder), MNT_DETACH | UMOUNT_NOFOLLOW)
            del _mounts[device]
    remove_tree(folder)


def _libc_call(name: str, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        errno = ctypes.get_errno()
        raise OSError(errno, os.strerror(errno), name)


if (
    __name__ == "__main__"
):  # python -m checks.harness.app.tmpfs FOLDER COMMAND…: with the folder bound
    if unshare():
        mount(Path(sys.argv[1]), 0o777)
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the sandbox's own words
