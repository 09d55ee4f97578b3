"""Where PostgreSQL's data directory lies: on /dev/shm where there is space, else in the home.

A run creates a database and empties its tables for each test, and none of that has to survive. A
new database is hundreds of files, and on a disk it takes several times as long as in memory.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
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


def folder_in_memory(home: Home) -> Path | None:
    """The home's folder in memory, made if missing; None where memory has no space for it.

    Raises:
        CourseError: the folder is somebody else's.
    """
    if os.environ.get(VARIABLE) == OFF or not _has_space():
        return None
    folder = SHARED_MEMORY / f"{_prefix()}{hashlib.sha256(os.fsencode(home.root)).hexdigest()[:12]}"
    ensure_owned_directory(folder)
    (folder / OWNER_FILE).write_bytes(os.fsencode(home.root))
    return folder


def delete_files(home: Home) -> None:
    """Delete PostgreSQL's files, wherever they lie."""
    if home.data.is_symlink():
        shutil.rmtree(home.data.readlink().parent, ignore_errors=True)
        home.data.unlink()
    shutil.rmtree(home.data, ignore_errors=True)


def delete_from_memory(home: Home) -> None:
    """Delete PostgreSQL's files if they take up memory: a stopped server needs none."""
    if home.data.is_symlink():
        delete_files(home)


def sweep() -> None:
    """Delete the files in memory whose home no longer exists."""
    for folder in _folders():
        try:
            home = Path(os.fsdecode((folder / OWNER_FILE).read_bytes()))
        except OSError:
            continue
        if not home.exists():
            shutil.rmtree(folder, ignore_errors=True)


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
