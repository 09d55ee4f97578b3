"""How often somebody may try something, counted for all processes in one place."""

import logging
import math
import time

import limits
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.core.config import Settings
from app.core.errors import TooManyRequests

log = logging.getLogger(__name__)

# Seconds to connect, and to answer. A store that is down must not make a login slow; the client's
# own three retries, with pauses, would hold each one for many seconds.
PATIENCE = 0.5


class RateLimiter:
    """So many attempts in any window of that length; an attempt that is refused does not count.

    `name` is the budget: whatever shares it, shares the count.
    """

    def __init__(self, name: str, rate: str, redis_url: str | None) -> None:
        self.name = name
        self.item = limits.parse(rate)
        self.window = MovingWindowRateLimiter(open_store(redis_url))
        self.is_up = True

    def attempt(self, client: str) -> None:
        """TooManyRequests if `client` has used up the budget.

        With the store down everybody may pass, and the log says so, once an outage: without
        Redis the door has a weaker lock, and that is better than a door that nobody can open.
        """
        try:
            wait = self._seconds_to_wait(client)
        except StorageError as error:
            self._log_transition(is_up=False, why=str(error.storage_error))
            return
        self._log_transition(is_up=True)
        if wait:
            raise TooManyRequests("Too many attempts; try again later", retry_after=wait)

    def _log_transition(self, *, is_up: bool, why: str = "its store is back") -> None:
        if is_up != self.is_up:
            log.warning("%s is %s: %s", self.name, "limited" if is_up else "NOT limited", why)
        self.is_up = is_up

    def _seconds_to_wait(self, client: str) -> int:
        if self.window.hit(self.item, self.name, client):
            return 0
        oldest_leaves = self.window.get_window_stats(self.item, self.name, client).reset_time
        return max(1, math.ceil(oldest_leaves - time.time()))


def open_store(redis_url: str | None) -> MemoryStorage | RedisStorage:
    """Redis, or this process's own memory. Connects on first use."""
    if not redis_url:
        return MemoryStorage()
    pool = ConnectionPool.from_url(
        redis_url,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=Retry(NoBackoff(), retries=0),
    )
    return RedisStorage("redis://", connection_pool=pool, wrap_exceptions=True)


def create_login_limiter(settings: Settings) -> RateLimiter | None:
    """One budget for all ways to log in; None where the limit is turned off."""
    if not settings.rate_limit_enabled:
        return None
    return RateLimiter("login", settings.login_rate_limit, settings.redis_url)
