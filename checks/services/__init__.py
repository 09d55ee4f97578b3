"""PostgreSQL and Redis for the checks: real servers, shared by all runs, without Docker.

Shared means: the first `ensure` starts them, later ones (of any process) find them in
milliseconds, and a keeper stops them when nobody has used them for half an hour.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from checks.services.lifecycle import Services, down, ensure, status
from checks.services.names import Database

if TYPE_CHECKING:
    from checks.services.postgres import Postgres
    from checks.services.redis import RedisServer
    from checks.services.statements import Mark, StatementLog

__all__ = [
    "Database",
    "Mark",
    "Postgres",
    "RedisServer",
    "Services",
    "StatementLog",
    "down",
    "ensure",
    "status",
]

# The drivers take a while to import, and the board needs none: their modules come when asked for.
_LATE = {
    "Mark": "checks.services.statements",
    "Postgres": "checks.services.postgres",
    "RedisServer": "checks.services.redis",
    "StatementLog": "checks.services.statements",
}


def __getattr__(name: str) -> Any:
    """The late names; whatever else is asked for does not exist."""
    if name not in _LATE:
        raise AttributeError(name)
    return getattr(import_module(_LATE[name]), name)
