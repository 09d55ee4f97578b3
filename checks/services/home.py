"""Where the services keep their files, and who may touch them.

Everything below the home can be thrown away: databases are made anew for each run.
"""

import fcntl
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from checks.errors import CourseError
from checks.services.keeper_state import KeeperState
from checks.services.owned_directory import ensure_owned_directory

# sun_path holds 104 bytes on macOS and 108 on Linux; the server's own file name comes on top.
MAX_SOCKET_DIRECTORY_BYTES = 80
VARIABLE = "EVENTURE_HOME"
COMMANDS_PREFIX = "eventure-servers-"
"""The name of a home that belongs to one command begins so."""
# libpq, SQLAlchemy, redis-py and Celery each decode a path in a URL in their own way; libpq takes
# a comma for the start of a second host.
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./~-]+")
# pg_ctl starts the server through a shell, and puts the paths in double quotes.
SHELL_CHARACTERS = re.compile(r'["$`\\\x00-\x1f]')


@dataclass(frozen=True)
class Home:
    """The directory tree of one user's services."""

    root: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's cluster, or a link to it; its format depends on the major version."""
        return self.root / "postgres18"

    @property
    def log(self) -> Path:
        """PostgreSQL's log directory."""
        return self.root / "log"

    @property
    def leases(self) -> Path:
        """One locked file for each Redis database in use."""
        return self.root / "leases"

    @property
    def password_file(self) -> Path:
        """The superuser's password; mode 0600."""
        return self.root / "superuser"

    @property
    def redis_password_file(self) -> Path:
        """The password of Redis' unrestricted user; mode 0600."""
        return self.root / "redis-superuser"

    @property
    def lent_marker(self) -> Path:
        """A file that exists once `checks services lend` has lent a database."""
        return self.root / "lent"

    @property
    def owner_lock(self) -> Path:
        """A file that a command locks which alone uses the home; most homes have none."""
        return self.root / "owner.lock"

    def is_abandoned(self) -> bool:
        """Whether the home was one command's alone, and that has ended.

        Such a home has its lock before it has its name: without one it is being deleted.
        """
        try:
            with self.owner_lock.open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return self.root.name.startswith(COMMANDS_PREFIX)
        except BlockingIOError:
            return False
        return True

    def sockets(self, service: str) -> Path:
        """The directory of a service's Unix socket: short enough for `sun_path`, plain in a URL."""
        directory = self.root / "run" / service
        is_short = len(os.fsencode(directory)) <= MAX_SOCKET_DIRECTORY_BYTES
        if is_short and PLAIN_PATH.fullmatch(str(directory)):
            return directory
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path(f"/tmp/eventure-{os.geteuid()}-{digest}") / service  # noqa: S108 - its owner is checked

    def mark_used(self) -> None:
        """Tell the keeper that the services are in use."""
        (self.root / "used").touch()

    def last_used(self) -> float:
        """When the services were last asked for, in seconds since the epoch."""
        try:
            return (self.root / "used").stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def write_state(self, state: KeeperState | None) -> None:
        """Publish the state of the keeper; None removes it."""
        path = self.root / "state.json"
        if state is None:
            path.unlink(missing_ok=True)
            return
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps(asdict(state)))
        draft.replace(path)

    def read_state(self) -> KeeperState | None:
        """The state that the keeper published; None when there is none, or it is unreadable."""
        try:
            return KeeperState(**json.loads((self.root / "state.json").read_text()))
        except (OSError, ValueError, TypeError):
            return None

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Hold the named lock; a second process waits for it."""
        with (self.root / f"{name}.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def keeper_pid(self) -> int | None:
        """The living keeper's pid: it holds its lock while it lives, so no stale pid is read."""
        try:
            with (self.root / "keeper.lock").open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            return int((self.root / "keeper.lock").read_text() or 0) or None
        return None


def find_home() -> Home:
    """The home of this user's services, whether or not it exists.

    `EVENTURE_HOME` decides; else root uses a place that an unprivileged server can reach, and
    everybody else the XDG cache directory. Raises CourseError when nothing names a folder, or a
    shell would change its name.
    """
    root = _home_root()
    if SHELL_CHARACTERS.search(str(root)):
        raise CourseError(
            f"{str(root)!r} holds a character that a shell changes: "
            "set EVENTURE_HOME to a folder without quotes, $, ` and \\."
        )
    return Home(root)


def _home_root() -> Path:
    if configured := os.environ.get(VARIABLE):
        return Path(configured).absolute()
    if os.geteuid() == 0:
        return Path("/var/tmp/eventure-workbook")  # noqa: S108 - its owner is checked
    if cache := os.environ.get("XDG_CACHE_HOME"):
        return Path(cache).absolute() / "eventure-workbook"
    try:
        return Path.home() / ".cache" / "eventure-workbook"
    except RuntimeError:  # neither HOME nor an entry in /etc/passwd
        raise CourseError(
            "This user has no home folder: set EVENTURE_HOME to a folder of yours."
        ) from None


def open_home() -> Home:
    """The home of this user's services, created where it is missing.

    Raises CourseError when it is somebody else's, cannot be made, or its command has ended.
    """
    home = find_home()
    if home.is_abandoned():
        raise CourseError(f"The command that the servers in {home.root} belong to has ended.")
    ensure_owned_directory(home.root)
    ensure_owned_directory(home.leases)
    return home


def wait_for_lock(home: Home, name: str, seconds: float) -> bool:
    """Whether the named lock became free within the time."""
    deadline = time.monotonic() + seconds
    with (home.root / f"{name}.lock").open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.02)
            else:
                return True
