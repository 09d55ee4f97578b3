"""The account that the servers run under: PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.errors import CourseError

DEDICATED = "eventure"
FALLBACKS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A user and a group; `drop` says that the servers have to be started as them by root."""

    uid: int
    gid: int
    drop: bool

    def run(self, argv: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """The finished command, run under this account, its output decoded and kept."""
        return subprocess.run(
            [str(word) for word in argv],
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            cwd="/",
            timeout=120,
            user=self.uid if self.drop else None,
            group=self.gid if self.drop else None,
            extra_groups=() if self.drop else None,
        )

    def give(self, path: Path) -> None:
        """Make the account the owner of a directory."""
        if self.drop:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_reach(self, path: Path) -> bool:
        """Whether the account may enter every directory above the path and read it."""
        if not self.drop:
            return True
        return all(self._may(step) for step in (path, *path.resolve().parents))

    def _may(self, path: Path) -> bool:
        found = path.stat()
        if found.st_uid == self.uid:
            return True
        return found.st_mode & (stat.S_IROTH | stat.S_IXOTH) == stat.S_IROTH | stat.S_IXOTH


def server_account() -> Account:
    """Ourselves; for root an unprivileged user, made when it is missing.

    Raises:
        CourseError: root finds no user that a server could run as.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), drop=False)
    found = _entry(DEDICATED) or _make_dedicated()
    for name in () if found else FALLBACKS:
        found = found or _entry(name)
    if found is None:
        raise CourseError(
            "PostgreSQL refuses to run as root and no other user was found: "
            f"make one with `useradd --system {DEDICATED}`."
        )
    return Account(found.pw_uid, found.pw_gid, drop=True)


def _make_dedicated() -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        return None
    options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    subprocess.run([useradd, *options, DEDICATED], check=False, capture_output=True)
    return _entry(DEDICATED)


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
