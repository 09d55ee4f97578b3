"""Folders that only this user can write to."""

import os
import stat
from pathlib import Path

from checks.errors import CourseError


def ensure_owned_directory(path: Path) -> None:
    """Create a directory that only this user can write to, or check that it is one.

    Raises:
        CourseError: the path is a symlink, somebody else's, or cannot be created.
    """
    try:
        make_directory(path)
        status = path.lstat()
    except OSError as error:
        raise CourseError(
            f"{path} cannot be made ({error.strerror}): set EVENTURE_HOME to a folder of yours."
        ) from error
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise CourseError(f"{path} belongs to somebody else: set EVENTURE_HOME to another folder.")


def make_directory(path: Path) -> None:
    """Create a directory and its missing parents.

    Root's get mode 0755 whatever the umask is: the servers run under another account.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o755, exist_ok=True)
        if os.geteuid() == 0:
            folder.chmod(0o755)
