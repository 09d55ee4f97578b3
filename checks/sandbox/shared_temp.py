"""The folder for temporary files, which contained processes and the test processes enter, too.

Started by root, neither is root: a folder that only root may enter, as some logins set TMPDIR to,
would end every run in an error of the checker.
"""

import os
import stat
import tempfile
from pathlib import Path

from checks.errors import CourseError


def problem() -> str:
    """Why contained runs of root cannot use the folder; "" where they can."""
    if os.geteuid() != 0:
        return ""
    folder = Path(tempfile.gettempdir()).resolve()
    is_entered = all(each.stat().st_mode & stat.S_IXOTH for each in (folder, *folder.parents))
    if is_entered and folder.stat().st_mode & stat.S_IWOTH:
        return ""
    return (
        f"TMPDIR={folder}: only you can write there, and a contained run is another user's; "
        "unset TMPDIR"
    )


def require_shared_temp() -> None:
    """Raises CourseError where contained runs cannot use the folder."""
    if found := problem():
        raise CourseError(found)
