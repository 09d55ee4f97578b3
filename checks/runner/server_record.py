"""What `checks serve` tells a test run about the server that it has started.

A file for each server in the services' home, for this user's eyes only: it holds logins. Its lock
lasts as long as `checks serve` does, so a file without one is what a killed one has left.
"""

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from checks.services import Database
from checks.services.home import find_home, open_home
from checks.services.owned_directory import ensure_owned_directory

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True)
class ServerRecord:
    """A server on `port` of 127.0.0.1, and the database, Redis number and key that it was given.

    `servers` are DATABASE_URL and REDIS_URL as they stood then: they say who runs the services.
    """

    port: int
    database: Database
    redis: int
    secret: str
    servers: dict[str, str]


@contextmanager
def publish(record: ServerRecord) -> Iterator[None]:
    """Let test runs find the server until the block ends."""
    file = _file(open_home().root, record.port)
    ensure_owned_directory(file.parent)
    file.touch(mode=0o600)
    with file.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        json.dump(asdict(record), stream)
        stream.flush()
        try:
            yield
        finally:
            file.unlink(missing_ok=True)


def find(url: str) -> ServerRecord | None:
    """The server of a living `checks serve` at that address; None for anybody else's."""
    parts = urlsplit(url)
    if parts.hostname not in LOCAL_HOSTS or parts.port is None:
        return None
    try:
        with _file(find_home().root, parts.port).open() as stream:
            return None if _is_stale(stream.fileno()) else _read(stream.read())
    except (OSError, ValueError, TypeError, KeyError):
        return None


def backup_folder(dsn: str) -> Path:
    """Where the rows of that database are set aside while it is tested, whoever logs in to it."""
    parts = urlsplit(dsn)
    place = parts.netloc.rpartition("@")[2], parts.path, *parse_qs(parts.query).get("host", [])
    return open_home().root / "kept" / hashlib.sha256(repr(place).encode()).hexdigest()[:20]


def _is_stale(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(text: str) -> ServerRecord:
    fields = json.loads(text)
    return ServerRecord(**{**fields, "database": Database(**fields["database"])})


def _file(home: Path, port: int) -> Path:
    return home / "serve" / f"{port}.json"
