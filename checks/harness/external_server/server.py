"""A server that a person started: its database, its Redis, its key."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

import httpx2

from checks import services
from checks.errors import CourseError
from checks.runner import server_record
from checks.services import Database, Services
from checks.services.external import libpq_url

TIMEOUT = 5.0
LOCAL_HOSTS = frozenset({"", "localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class ExternalServer:
    """The server at `url` and its services.

    `redis` and `secret` are None where no variable names them. `started_by_serve` means by `checks
    serve`, `is_local` that the services run on this machine.
    """

    url: str
    services: Services
    database: Database
    redis: int | None
    secret: str | None
    started_by_serve: bool
    is_local: bool


def find_server(url: str, notice: Callable[[str], None]) -> ExternalServer:
    """The server at the address and its services; `notice` gets the reason for a wait.

    Raises:
        CourseError: nothing answers there, or no variable names the database of the server.
    """
    _wait_for_an_answer(url, notice)
    record = server_record.find(url)
    if record is not None:
        running = services.ensure(variables=record.servers)
        return ExternalServer(
            url, running, record.database, record.redis, record.secret, True, True
        )
    if not os.environ.get("DATABASE_URL"):
        raise CourseError(
            f"Nobody says which database is behind {url}: set DATABASE_URL, SECRET_KEY and "
            "REDIS_URL as the server has them, or start it with `checks serve`."
        )
    return _described_by_variables(url)


def _described_by_variables(url: str) -> ExternalServer:
    """The server whose services DATABASE_URL, REDIS_URL and SECRET_KEY name."""
    address = libpq_url(os.environ["DATABASE_URL"])
    parts = urlsplit(address)
    login = unquote(parts.username or ""), unquote(parts.password or "")
    database = Database(unquote(parts.path.lstrip("/")), *login, *login)
    redis = os.environ.get("REDIS_URL") or None
    redis_number = _redis_number(redis) if redis else None
    is_local = _is_local(address) and (redis is None or _is_local(redis))
    running = services.ensure()
    return ExternalServer(
        url, running, database, redis_number, os.environ.get("SECRET_KEY") or None, False, is_local
    )


def listens(url: str) -> bool:
    """Whether a connection to the address is accepted."""
    try:
        _connect(url)
    except OSError:
        return False
    return True


def _connect(url: str) -> None:
    address = httpx2.URL(url)
    port = address.port or {"http": 80, "https": 443}[address.scheme]
    socket.create_connection((address.host, port), timeout=TIMEOUT).close()


def _wait_for_an_answer(url: str, notice: Callable[[str], None]) -> None:
    """Return at any answer. A server that stops at a breakpoint has no timeout."""
    try:
        _connect(url)
        try:
            httpx2.get(url, timeout=TIMEOUT, trust_env=False)
        except httpx2.TimeoutException:
            notice("no answer yet: look at its console; Ctrl-C ends the waiting")
            httpx2.get(url, timeout=None, trust_env=False)
    except (KeyError, httpx2.InvalidURL):
        raise CourseError(f"--base-url {url} is no address; say http://127.0.0.1:8000") from None
    except (OSError, httpx2.HTTPError) as error:
        raise CourseError(
            f"Nothing answers at {url} ({error}): start the server, for instance with "
            "`checks serve day1`, or correct --base-url."
        ) from None


def _redis_number(redis: str) -> int:
    digits = urlsplit(redis).path.strip("/") or parse_qs(urlsplit(redis).query).get("db", ["0"])[0]
    return int(digits) if digits.isdecimal() else 0


def _is_local(address: str) -> bool:
    """A socket, or a name that cannot mean another machine."""
    parts = urlsplit(address)
    hosts = parse_qs(parts.query).get("host", [parts.hostname or ""])
    return all(host in LOCAL_HOSTS or host.startswith("/") for host in hosts)
