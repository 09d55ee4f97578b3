"""A server that somebody started, as the tests need it: its database, its Redis, its key."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

import httpx2

from checks import services
from checks.errors import CourseError
from checks.runner import served
from checks.services import Database, Services
from checks.services.external import libpq_url

PATIENCE = 5.0
HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class ExternalServer:
    """The server at `url` and what stands behind it.

    `redis` and `secret` are None where nobody told us. `ours` says that `checks serve` started
    it, `here` that its services run on this machine.
    """

    url: str
    services: Services
    database: Database
    redis: int | None
    secret: str | None
    ours: bool
    here: bool


def find(url: str, notice: Callable[[str], None]) -> ExternalServer:
    """The server at the address and what is behind it; `notice` is told what keeps us waiting.

    Raises:
        CourseError: nothing answers there, or nobody says which database is behind it.
    """
    _wait_for_an_answer(url, notice)
    known = served.find(url)
    if known is not None:
        running = services.ensure(variables=known.servers)
        return ExternalServer(url, running, known.database, known.redis, known.secret, True, True)
    if not os.environ.get("DATABASE_URL"):
        raise CourseError(
            f"Nobody says which database is behind {url}: set DATABASE_URL, SECRET_KEY and "
            "REDIS_URL as the server has them, or start it with `checks serve`."
        )
    return _told(url)


def _told(url: str) -> ExternalServer:
    """As DATABASE_URL, REDIS_URL and SECRET_KEY say."""
    address = libpq_url(os.environ["DATABASE_URL"])
    parts = urlsplit(address)
    login = unquote(parts.username or ""), unquote(parts.password or "")
    database = Database(unquote(parts.path.lstrip("/")), *login, *login)
    redis = os.environ.get("REDIS_URL") or None
    number = _number(redis) if redis else None
    here = _is_here(address) and (redis is None or _is_here(redis))
    running = services.ensure()
    return ExternalServer(
        url, running, database, number, os.environ.get("SECRET_KEY") or None, False, here
    )


def listens(url: str) -> bool:
    """Whether a connection to the address is accepted."""
    try:
        _connect(url)
    except OSError:
        return False
    return True


def _connect(url: str) -> None:
    place = httpx2.URL(url)
    port = place.port or {"http": 80, "https": 443}[place.scheme]
    socket.create_connection((place.host, port), timeout=PATIENCE).close()


def _wait_for_an_answer(url: str, notice: Callable[[str], None]) -> None:
    """Any answer will do. A server that stands at a breakpoint is waited for."""
    try:
        _connect(url)
        try:
            httpx2.get(url, timeout=PATIENCE)
        except httpx2.TimeoutException:
            notice("no answer yet: look at its console; Ctrl-C ends the waiting")
            httpx2.get(url, timeout=None)
    except (KeyError, httpx2.InvalidURL):
        raise CourseError(f"--base-url {url} is no address; say http://127.0.0.1:8000") from None
    except (OSError, httpx2.HTTPError) as error:
        raise CourseError(
            f"Nothing answers at {url} ({error}): start the server, for instance with "
            "`checks serve day1`, or correct --base-url."
        ) from None


def _number(redis: str) -> int:
    digits = urlsplit(redis).path.strip("/") or parse_qs(urlsplit(redis).query).get("db", ["0"])[0]
    return int(digits) if digits.isdecimal() else 0


def _is_here(address: str) -> bool:
    """A socket, or a name that cannot mean another machine."""
    parts = urlsplit(address)
    hosts = parse_qs(parts.query).get("host", [parts.hostname or ""])
    return all(host in HERE or host.startswith("/") for host in hosts)
