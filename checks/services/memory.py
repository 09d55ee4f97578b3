"""Where PostgreSQL's files lie: in memory where there is room for them, else in the home.

A run makes a database and empties its tables for each test, and none of that has to survive. On a
disk a new database takes several times as long as in memory: there, files are made by the hundred.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from checks.services.home import Home, own_directory

VARIABLE = "EVENTURE_IN_MEMORY"
OFF = "off"
"""Said by the variable, it means: the files go to the disk."""
SHARED = Path("/dev/shm")  # noqa: S108 - its owner is checked
# What two runs may fill at the same time (checks/harness/app/resource_limits.py), and as much for
# everybody else.
ROOM = 2 << 30
SPARE = 3 << 30
NOTE = "home"


def folder_in_memory(home: Home) -> Path | None:
    """The home's folder in memory, made if need be; None where there is no room for one.

    Raises:
        CourseError: it is somebody else's.
    """
    if os.environ.get(VARIABLE) == OFF or not _roomy():
        return None
    folder = SHARED / f"{_prefix()}{hashlib.sha256(os.fsencode(home.root)).hexdigest()[:12]}"
    own_directory(folder)
    (folder / NOTE).write_bytes(os.fsencode(home.root))
    return folder


def forget_files(home: Home) -> None:
    """Delete PostgreSQL's files, wherever they lie."""
    if home.data.is_symlink():
        shutil.rmtree(home.data.readlink().parent, ignore_errors=True)
        home.data.unlink()
    shutil.rmtree(home.data, ignore_errors=True)


def give_back(home: Home) -> None:
    """Delete PostgreSQL's files if they take up memory: a stopped server needs none."""
    if home.data.is_symlink():
        forget_files(home)


def sweep() -> None:
    """Delete what homes that are gone have left in memory."""
    for folder in _folders():
        try:
            home = Path(os.fsdecode((folder / NOTE).read_bytes()))
        except OSError:
            continue
        if not home.exists():
            shutil.rmtree(folder, ignore_errors=True)


def _prefix() -> str:
    return f"eventure-{os.geteuid()}-"


def _folders() -> Iterator[Path]:
    for folder in SHARED.glob(f"{_prefix()}*"):
        found = folder.lstat()
        if not folder.is_symlink() and found.st_uid == os.geteuid():
            yield folder


def _roomy() -> bool:
    """Whether the folder is of memory and has room; the machine must keep some for its people."""
    try:
        mounts = Path("/proc/mounts").read_text().splitlines()
        free = os.statvfs(SHARED)
        told = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    except OSError:
        return False
    of_memory = any(mount.split()[1:3] == [str(SHARED), "tmpfs"] for mount in mounts)
    spare = int(told.get("MemAvailable", "0 kB").split()[0]) * 1024
    return of_memory and free.f_bavail * free.f_frsize >= ROOM and spare >= SPARE
