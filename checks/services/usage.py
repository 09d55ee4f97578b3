"""Whether somebody uses the services, and how long they live when nobody does."""

import os

from checks.services.home import Home
from checks.services.redis import local_redis
from checks.services.servers import local_postgres

DEFAULT_IDLE_MINUTES = 30.0


def idle_seconds() -> float:
    """How long unused services live: EVENTURE_IDLE_MINUTES, else half an hour."""
    try:
        return 60 * float(os.environ.get("EVENTURE_IDLE_MINUTES", DEFAULT_IDLE_MINUTES))
    except ValueError:
        return 60 * DEFAULT_IDLE_MINUTES


def in_use(home: Home) -> bool:
    """Whether a run holds a lease, or a client is connected to either service.

    Raises CourseError when a service does not answer.
    """
    state = home.read_state()
    if state is None:
        return False
    redis, postgres = local_redis(home, state), local_postgres(home, state)
    try:
        return redis.has_leases() or redis.has_clients() or postgres.has_clients()
    finally:
        postgres.admin.close()
