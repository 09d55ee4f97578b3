"""Whether the services of a run are the ones that it began with: asked only after a failure."""

from collections.abc import Callable
from contextlib import suppress

import psycopg
from redis import RedisError

from checks.errors import CourseError
from checks.services import Services

PULSES: dict[str, Callable[[Services], str]] = {
    "PostgreSQL": lambda running: running.postgres.pulse(),
    "Redis": lambda running: running.redis.pulse(),
}


class ServiceHealth:
    """What names the servers' processes; a server that has died and is back has another name."""

    def __init__(self, running: Services) -> None:
        self._running = running
        self._was = {name: self._pulse(name) for name in PULSES}

    def renew(self, name: str) -> None:
        """We have started this one anew ourselves."""
        self._was[name] = self._pulse(name)

    def dead(self) -> str:
        """The service that has died since, even if it is back; "" if none has."""
        return next((name for name, was in self._was.items() if self._changed(name, was)), "")

    def _changed(self, name: str, was: str) -> bool:
        now = self._pulse(name)
        return now != was and "busy" not in (now, was)

    def _pulse(self, name: str) -> str:
        with suppress(psycopg.Error, RedisError, CourseError):
            return PULSES[name](self._running)
        return ""
