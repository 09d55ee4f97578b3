"""PostgreSQL and Redis for the checks: real servers, shared by all runs, without Docker.

Shared means: the first `ensure` starts them, later ones (of any process) find them in
milliseconds, and a keeper stops them when nobody has used them for half an hour. The temporary
folders that a sweep finds after a kill are made here too, since the servers need some.

May import `course` and the rooms below.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from checks.services.lifecycle import Services, down, ensure, status
from checks.services.names import Database

if TYPE_CHECKING:
    from checks.services.postgres import Postgres
    from checks.services.redis import RedisServer
    from checks.services.statements import LogPosition, StatementLog

__all__ = [
    "Database",
    "LogPosition",
    "Postgres",
    "RedisServer",
    "Services",
    "StatementLog",
    "down",
    "ensure",
    "status",
]

# The drivers take a while to import, and the board needs none: they are imported on first use.
_LAZY = {
    "LogPosition": "checks.services.statements",
    "Postgres": "checks.services.postgres",
    "RedisServer": "checks.services.redis",
    "StatementLog": "checks.services.statements",
}


def __getattr__(name: str) -> Any:
    """The lazily imported names. Raises AttributeError for any other."""
    if name not in _LAZY:
        raise AttributeError(name)
    return getattr(import_module(_LAZY[name]), name)
