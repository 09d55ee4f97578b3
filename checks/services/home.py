"""Where the services keep their files, and the lock that every start goes through."""

import fcntl
import getpass
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checks.errors import CourseError

OWNER = "eventure"
SOCKET_LIMIT = 80  # sun_path holds 104 bytes on macOS, and the server adds a name


def home() -> Path:
    """`EVENTURE_HOME`, else the user's cache folder; root has one that another user may enter."""
    chosen = os.environ.get("EVENTURE_HOME")
    if chosen:
        return Path(chosen).resolve()
    if os.geteuid() == 0:
        return Path("/var/tmp/eventure-root")  # noqa: S108
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "eventure-workbook"


def sockets() -> Path:
    """The folder of the Unix sockets: in the home, or in /tmp when that path is too long."""
    inside = home() / "sockets"
    if len(str(inside)) < SOCKET_LIMIT:
        return inside
    digest = hashlib.sha256(str(home()).encode()).hexdigest()[:10]
    return Path(f"/tmp/eventure-{os.geteuid()}-{digest}")  # noqa: S108


def prepare() -> None:
    """Make the folders. Raises CourseError when that cannot be done, with the reason."""
    try:
        for folder in (home(), sockets()):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)
            if os.geteuid() == 0:
                shutil.chown(folder, owner())
    except OSError as error:
        raise CourseError(
            f"Cannot write to {home()} ({error.strerror}); set EVENTURE_HOME to a folder you own"
        ) from None


@contextmanager
def locked(name: str = "lock") -> Iterator[None]:
    """Hold one of the home's locks; the kernel releases it if the process dies."""
    with (home() / name).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def owner() -> str:
    """Who runs PostgreSQL: yourself; for root, who may not, a system user made for it."""
    if os.geteuid() != 0:
        return getpass.getuser()
    known = subprocess.run(["id", "-u", OWNER], capture_output=True, check=False)
    if known.returncode != 0:
        made = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", OWNER]
        done = subprocess.run(made, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 9):  # 9: somebody else has just made it
            raise CourseError(f"Cannot make the system user {OWNER}: {done.stderr.strip()}")
    return OWNER


def as_owner(argv: list[str]) -> list[str]:
    """The command, run as the owner."""
    if os.geteuid() != 0:
        return argv
    return ["setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups", *argv]
