"""Answers that are the same for everybody, kept in Redis until something that they show changes."""

import logging
import time
from collections.abc import Callable
from hashlib import blake2b
from secrets import token_hex
from typing import TypeVar, cast

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.core.config import Settings

log = logging.getLogger(__name__)

T = TypeVar("T")

# Seconds to connect, and to answer. The client's own retries, with pauses, would take many.
PATIENCE = 0.3
# Seconds for which a Redis that has failed is not asked again: not each request has to wait.
PAUSE = 1.0
GENERATION = "eventure:generation"
DAY = 24 * 60 * 60


class Cache:
    """What is kept is sealed with a random word, the generation, and read under the same word only.

    So a new word forgets everything, in every process at once. And a reader who was slower than
    a write seals what it saw with the old word: the stale answer is never read.
    """

    def __init__(self, store: Redis | None, ttl: int) -> None:
        self.store = store
        self.ttl = ttl
        self.away_until = 0.0
        self.missed_a_change = False

    def get_or_make(self, name: str, asked: str, make: Callable[[], bytes]) -> bytes:
        """The kept answer to `asked`, or a new one, which is kept; without Redis, a new one."""
        key = f"eventure:{name}:{blake2b(asked.encode(), digest_size=16).hexdigest()}"
        generation, kept = self._ask(lambda redis: look(redis, key)) or (b"", b"")
        body = kept[SEAL:]
        if generation and kept == seal(generation, body) + body:
            return body
        body = make()
        if generation:
            kept = seal(generation, body) + body
            self._ask(lambda redis: redis.set(key, kept, ex=self.ttl))
        return body

    def forget(self) -> None:
        """To be called after the commit: before it, a reader would keep the old once more."""
        self._ask(renew)

    def _ask(self, ask: Callable[[Redis], T]) -> T | None:
        """None if Redis does not answer, and the log says so.

        What was to be forgotten meanwhile is forgotten first when it does again.
        """
        if self.store is None or time.monotonic() < self.away_until:
            return None
        try:
            if self.missed_a_change:
                renew(self.store)
                self.missed_a_change = False
            return ask(self.store)
        except RedisError as error:
            log.warning("The cache is not used for %g s: %s", PAUSE, error)
            self.missed_a_change = True
            self.away_until = time.monotonic() + PAUSE
            return None


SEAL = 16


def seal(generation: bytes, body: bytes) -> bytes:
    """A checksum of both: an answer of another generation fails it, and so does a damaged one."""
    return blake2b(body, key=generation, digest_size=SEAL).digest()


def look(redis: Redis, key: str) -> tuple[bytes, bytes]:
    """The generation and what is kept under the key; nothing is b""."""
    generation, kept = cast("list[bytes | None]", redis.mget(GENERATION, key))
    if not generation:
        redis.set(GENERATION, token_hex(16), nx=True, ex=DAY)
        generation = cast("bytes | None", redis.get(GENERATION))
    return generation or b"", kept or b""


def renew(redis: Redis) -> None:
    """A word that was never there before: a counter that got lost would begin again at 1."""
    redis.set(GENERATION, token_hex(16), ex=DAY)


def create_cache(settings: Settings) -> Cache:
    """Connects on first use; without REDIS_URL, and where it is turned off, it keeps nothing."""
    if not settings.redis_url or not settings.cache_enabled:
        return Cache(None, settings.cache_ttl_seconds)
    store = Redis.from_url(
        settings.redis_url,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=Retry(NoBackoff(), retries=0),
    )
    return Cache(store, settings.cache_ttl_seconds)
