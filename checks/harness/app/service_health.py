"""Whether a service has died, or a session with it was lost: asked only after a failure."""

from collections.abc import Callable

import psycopg
from redis import ConnectionError as RedisConnectionError
from redis import RedisError

from checks.errors import CourseError
from checks.services import Services
from checks.services.admin import LoginRefused

LOST_SESSIONS = (LoginRefused, RedisConnectionError)
INSTANCE_IDS: dict[str, Callable[[Services], str]] = {
    "PostgreSQL": lambda running: running.postgres.instance_id(),
    "Redis": lambda running: running.redis.instance_id(),
}
EXHAUSTED = ("out of shared memory", "too many clients", "connection slots")
TOO_LARGE = ("out of memory", "cannot allocate memory")
"""What libpq says when an answer does not fit into this process."""
BUSY = "busy"
"""The instance id of a server that lives and does not say which one it is."""


def is_lost_session(error: BaseException | None) -> bool:
    """Whether a session of the checker's own ended or did not begin: no answer of the app's.

    An error that the server has answered with carries an SQLSTATE. A row that is larger than the
    test process may be has none either, and is the app's.
    """
    if isinstance(error, psycopg.OperationalError):
        return error.sqlstate is None and not any(words in str(error) for words in TOO_LARGE)
    return isinstance(error, LOST_SESSIONS)


class ServiceHealth:
    """Compares the servers' instance ids: a server that died and was started again has another."""

    def __init__(self, running: Services) -> None:
        self._running = running
        self._recorded = {name: self._instance_id(name) for name in INSTANCE_IDS}

    def record(self, name: str) -> None:
        """Accept the service's present instance: the checker itself has restarted it."""
        self._recorded[name] = self._instance_id(name)

    def dead(self) -> str:
        """The service that has died since, even if it is back; "" if none has."""
        return next((name for name in self._recorded if self._is_replaced(name)), "")

    def _is_replaced(self, name: str) -> bool:
        recorded, current = self._recorded[name], self._instance_id(name)
        return current != recorded and BUSY not in (current, recorded)

    def _instance_id(self, name: str) -> str:
        try:
            return INSTANCE_IDS[name](self._running)
        except (psycopg.Error, RedisError, CourseError) as error:
            return BUSY if is_exhausted(error) else ""


def is_exhausted(error: Exception) -> bool:
    """Whether PostgreSQL lives and lacks something: memory, locks, sessions (class 53).

    An error of a login has no SQLSTATE, so its words count.
    """
    if isinstance(error, LoginRefused):
        return any(words in str(error) for words in EXHAUSTED)
    return isinstance(error, psycopg.Error) and (error.sqlstate or "").startswith("53")
