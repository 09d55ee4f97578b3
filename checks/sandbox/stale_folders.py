"""Temporary folders of processes that were killed: the next start removes them."""

import os
import stat
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from checks.sandbox import memory_cgroup
from checks.sandbox.privileges import TEST_UIDS
from checks.sandbox.tree_removal import remove_tree
from checks.services import data_directory
from checks.services.temporary_folders import SHORT_PATHS, ownerless_folders


@cache
def sweep_once() -> None:
    """Remove what killed processes have left, the first time that this process calls it."""
    for parent in {SHORT_PATHS, Path(tempfile.gettempdir()), data_directory.SHARED_MEMORY}:
        if parent.is_dir():
            sweep(parent)
    data_directory.sweep()
    memory_cgroup.sweep()


def sweep(parent: Path) -> None:
    """Remove this user's folders in `parent` whose owner has ended; no link is followed.

    The mounts of a killed process have ended with its mount namespace: what is left of a tmpfs is
    the empty folder below it.
    """
    with ownerless_folders(parent, _owners()) as folders:
        for folder in folders:
            with suppress(OSError):
                status = folder.lstat()
                if stat.S_ISDIR(status.st_mode) and status.st_uid in _owners():
                    remove_tree(folder)


def _owners() -> frozenset[int]:
    """This user; for root also the accounts that its test processes have had."""
    uid = os.geteuid()
    return frozenset({uid, *(TEST_UIDS if uid == 0 else ())})
