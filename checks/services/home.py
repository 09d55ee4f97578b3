"""Where the services keep their files, and who may touch them.

Everything below the home can be thrown away: databases are made anew for each run.
"""

import fcntl
import hashlib
import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from checks.errors import CourseError

# sun_path holds 104 bytes on macOS and 108 on Linux; the server's own file name comes on top.
LONGEST_SOCKET_DIRECTORY = 80


@dataclass(frozen=True)
class State:
    """What the keeper has running, as it wrote it once both services answered."""

    postgres: str
    redis: str
    redis_kind: str
    programs: dict[str, list[int]] = field(default_factory=dict)
    """The servers' files when they were started: path, and what `stamp` said."""

    def up_to_date(self) -> bool:
        """Whether the programs are still there, and still those that were started.

        PostgreSQL reads time zones and extensions from beside its program only when they are
        needed: one that outlived its environment fails in the middle of a run.
        """
        return all(stamp(path) == was for path, was in self.programs.items())


def stamp(path: str) -> list[int]:
    """Tells a file from another that took its place; [] when there is none."""
    try:
        found = Path(path).stat()
    except OSError:
        return []
    return [found.st_dev, found.st_ino, found.st_mtime_ns]


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
    def lent(self) -> Path:
        """Is there once somebody has borrowed a database."""
        return self.root / "lent"

    def sockets(self, service: str) -> Path:
        """The directory of a service's Unix socket, short enough for `sun_path`."""
        wanted = self.root / "run" / service
        if len(os.fsencode(wanted)) <= LONGEST_SOCKET_DIRECTORY:
            return wanted
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path(f"/tmp/eventure-{os.geteuid()}-{digest}") / service  # noqa: S108 - its owner is checked

    def touch(self) -> None:
        """Tell the keeper that somebody is using the services."""
        (self.root / "used").touch()

    def last_used(self) -> float:
        """When somebody last asked for the services, in seconds since the epoch."""
        try:
            return (self.root / "used").stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def write_state(self, state: State | None) -> None:
        """Publish what runs, or that nothing does."""
        path = self.root / "state.json"
        if state is None:
            path.unlink(missing_ok=True)
            return
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps(asdict(state)))
        draft.replace(path)

    def read_state(self) -> State | None:
        """What runs according to the keeper; None when it says nothing readable."""
        try:
            return State(**json.loads((self.root / "state.json").read_text()))
        except (OSError, ValueError, TypeError):
            return None

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Hold the named lock; whoever comes second waits."""
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
    everybody else the XDG cache directory.
    """
    if named := os.environ.get("EVENTURE_HOME"):
        return Home(Path(named).absolute())
    if os.geteuid() == 0:
        return Home(Path("/var/tmp/eventure-workbook"))  # noqa: S108 - its owner is checked
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Home(Path(cache) / "eventure-workbook")


def open_home() -> Home:
    """The home, made where it was missing.

    Raises:
        CourseError: somebody else owns it, or it cannot be made.
    """
    home = find_home()
    own_directory(home.root)
    own_directory(home.leases)
    return home


def own_directory(path: Path) -> None:
    """Make a directory that only this user can write to, or check that it is one.

    Raises:
        CourseError: it is a symlink, somebody else's, or cannot be made.
    """
    try:
        path.mkdir(mode=0o755, parents=True, exist_ok=True)
        found = path.lstat()
    except OSError as error:
        raise CourseError(
            f"{path} cannot be made ({error.strerror}): set EVENTURE_HOME to a folder of yours."
        ) from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise CourseError(f"{path} belongs to somebody else: set EVENTURE_HOME to another folder.")


def wait_until_free(home: Home, name: str, seconds: float) -> bool:
    """Whether the named lock became free within the time."""
    limit = time.monotonic() + seconds
    with (home.root / f"{name}.lock").open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > limit:
                    return False
                time.sleep(0.02)
            else:
                return True
