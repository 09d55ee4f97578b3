"""Where PostgreSQL's data directory lies: on /dev/shm where there is space, else in the home.

A run creates a database and empties its tables for each test, and none of that has to survive. A
new database is hundreds of files, and on a disk it takes several times as long as in memory.

The keeper and its server hold a lock on the folder there. Its home may be hidden from another
process that sees /dev/shm: a container, or a service with a /tmp of its own.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from checks.services.available_memory import available_memory
from checks.services.home import Home
from checks.services.owned_directory import ensure_owned_directory

VARIABLE = "EVENTURE_IN_MEMORY"
OFF = "off"
"""The value of the variable with which the files go to the disk."""
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - its owner is checked
# What two runs may fill at the same time (checks/harness/app/resource_limits.py), and as much for
# everybody else.
NEEDED_ON_TMPFS = 2 << 30
NEEDED_IN_MEMORY = 3 << 30
OWNER_FILE = "home"
_locks: dict[Path, int] = {}


def folder_in_memory(home: Home) -> Path | None:
    """The home's folder in memory, made if missing; None where memory has no space for it.

    This process holds its lock from now on.

    Raises:
        CourseError: the folder is somebody else's.
    """
    if os.environ.get(VARIABLE) == OFF or not _has_space():
        return None
    folder = SHARED_MEMORY / f"{_prefix()}{hashlib.sha256(os.fsencode(home.root)).hexdigest()[:12]}"
    while folder not in _locks:
        with suppress(FileNotFoundError):  # a sweep has deleted it
            ensure_owned_directory(folder)
            _locks[folder] = _write_owner(folder / OWNER_FILE, home)
    return folder


def release(folder: Path) -> None:
    """Give up the lock of a folder that this process no longer uses, if it holds it."""
    if folder in _locks:
        os.close(_locks.pop(folder))


def inherited_locks() -> tuple[int, ...]:
    """The descriptors that the server inherits: it may outlive the keeper."""
    return tuple(_locks.values())


def delete_files(home: Home, kept: Path | None = None) -> None:
    """Delete PostgreSQL's files, wherever they lie, and their folder in memory unless it is `kept`.

    A kept folder still names its owner, so a sweep knows it.
    """
    if home.data.is_symlink():
        data = home.data.readlink()
        shutil.rmtree(data if data.parent == kept else data.parent, ignore_errors=True)
        if data.parent != kept:
            release(data.parent)
        home.data.unlink()
    shutil.rmtree(home.data, ignore_errors=True)


def delete_from_memory(home: Home) -> None:
    """Delete PostgreSQL's files if they take up memory: a stopped server needs none."""
    if home.data.is_symlink():
        delete_files(home)


def sweep() -> None:
    """Delete the files in memory whose home no longer exists, unless somebody holds their lock."""
    for folder in _folders():
        with suppress(OSError), (folder / OWNER_FILE).open("r+b") as file:
            if not Path(os.fsdecode(file.read())).exists():
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)


def _write_owner(file: Path, home: Home) -> int:
    """The locked descriptor of a new owner file. Raises FileNotFoundError after a sweep."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, os.fsencode(home.root), 0)
        file.stat()
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _prefix() -> str:
    return f"eventure-{os.geteuid()}-"


def _folders() -> Iterator[Path]:
    for folder in SHARED_MEMORY.glob(f"{_prefix()}*"):
        status = folder.lstat()
        if not folder.is_symlink() and status.st_uid == os.geteuid():
            yield folder


def _has_space() -> bool:
    """Whether /dev/shm is a tmpfs with space, and enough memory stays for other programs."""
    try:
        mounts = Path("/proc/mounts").read_text().splitlines()
        filesystem = os.statvfs(SHARED_MEMORY)
    except OSError:
        return False
    is_tmpfs = any(mount.split()[1:3] == [str(SHARED_MEMORY), "tmpfs"] for mount in mounts)
    return (
        is_tmpfs
        and filesystem.f_bavail * filesystem.f_frsize >= NEEDED_ON_TMPFS
        and available_memory() >= NEEDED_IN_MEMORY
    )
