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
from checks.programs import child_environment

DEDICATED_USER = "eventure"
FALLBACK_USERS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A user and a group; `drop_privileges`: root starts the servers as this user and group."""

    uid: int
    gid: int
    drop_privileges: bool

    def run(
        self, argv: Sequence[str | Path], pass_fds: Sequence[int] = ()
    ) -> subprocess.CompletedProcess[str]:
        """The finished command, run under this account, its output decoded and kept."""
        return subprocess.run(
            [str(argument) for argument in argv],
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            pass_fds=pass_fds,
            cwd="/",
            env=child_environment(),
            timeout=120,
            user=self.uid if self.drop_privileges else None,
            group=self.gid if self.drop_privileges else None,
            extra_groups=() if self.drop_privileges else None,
        )

    def take_ownership(self, path: Path) -> None:
        """Make the account the owner of a file or directory."""
        if self.drop_privileges:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_reach(self, path: Path) -> bool:
        """Whether the account may enter every directory above the path and read it."""
        if not self.drop_privileges:
            return True
        return all(self._may_enter(folder) for folder in (path, *path.resolve().parents))

    def _may_enter(self, path: Path) -> bool:
        status = path.stat()
        if status.st_uid == self.uid:
            return True
        return status.st_mode & (stat.S_IROTH | stat.S_IXOTH) == stat.S_IROTH | stat.S_IXOTH


def server_account() -> Account:
    """The current user; for root an unprivileged user, made when it is missing.

    Raises:
        CourseError: root finds no user that a server could run as.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), drop_privileges=False)
    user = _passwd_entry(DEDICATED_USER) or _create_dedicated_user()
    for name in () if user else FALLBACK_USERS:
        user = user or _passwd_entry(name)
    if user is None:
        raise CourseError(
            "PostgreSQL refuses to run as root and no other user was found: "
            f"make one with `useradd --system {DEDICATED_USER}`."
        )
    return Account(user.pw_uid, user.pw_gid, drop_privileges=True)


def _create_dedicated_user() -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        return None
    options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    subprocess.run([useradd, *options, DEDICATED_USER], check=False, capture_output=True)
    return _passwd_entry(DEDICATED_USER)


def _passwd_entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
