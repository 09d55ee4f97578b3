# region task 7.5
"""Is what the app needs there? Machines ask every few seconds, and act on the answer."""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress

import sqlalchemy as sa
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.core.config import Settings
from app.db.session import create_database_engine

log = logging.getLogger(__name__)

# Seconds. Whoever asks waits little longer than two, and takes silence for a no.
PATIENCE = 1.5
OK, DOWN = "ok", "down"
# A connection for the probe alone: that all others are busy is no outage.
ITS_OWN = {"db_pool_size": 1, "db_max_overflow": 0, "db_connect_timeout": 2}


class Probe:
    """One question to one dependency, at most once at a time.

    A question that hangs holds one thread, however often somebody asks meanwhile. It is none of
    the handlers' threads: those may all be waiting for the very same thing. And it is a daemon:
    the process does not wait for it when it ends.
    """

    def __init__(self, name: str, question: Callable[[], object]) -> None:
        self.name = name
        self.question = question
        self.was_up = True
        self.asked: asyncio.Future[bool] | None = None

    async def is_up(self) -> bool:
        """Within PATIENCE: no answer is a no."""
        if self.asked is None or self.asked.done():
            self.asked = self._ask()
        asked = self.asked  # another request may put the next one there meanwhile
        done, _ = await asyncio.wait([asked], timeout=PATIENCE)
        return bool(done) and asked.result()

    def _ask(self) -> asyncio.Future[bool]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()

        def ask() -> None:
            is_up = self._is_up()
            with suppress(RuntimeError):  # the loop has ended, and nobody waits any more
                loop.call_soon_threadsafe(future.set_result, is_up)

        threading.Thread(target=ask, name=f"probe of {self.name}", daemon=True).start()
        return future

    def _is_up(self) -> bool:
        """What is wrong is for the log, once an outage: whoever asks may be anybody."""
        why = "it is back"
        try:
            self.question()
            is_up = True
        except Exception as error:  # noqa: BLE001 - whatever it is, the thing cannot be used
            is_up, why = False, str(error)
        if is_up != self.was_up:
            log.warning("%s is %s: %s", self.name, OK if is_up else DOWN, why)
        self.was_up = is_up
        return is_up


class Health:
    """The dependencies of one app."""

    def __init__(self, settings: Settings) -> None:
        self.probes = [Probe("database", ask_database(settings))]
        if settings.redis_url:
            self.probes.append(Probe("redis", ask_redis(settings.redis_url)))

    async def checks(self) -> dict[str, str]:
        """`ok` or `down` for each, all asked at once."""
        found = await asyncio.gather(*(probe.is_up() for probe in self.probes))
        names = [probe.name for probe in self.probes]
        return {name: OK if up else DOWN for name, up in zip(names, found, strict=True)}


def ask_database(settings: Settings) -> Callable[[], None]:
    """A new connection each time: to use an old one could take as long as TCP hopes."""
    engine = create_database_engine(settings.model_copy(update=ITS_OWN))

    def ask() -> None:
        with engine.connect() as connection:
            connection.execute(sa.select(1))
        engine.dispose()

    return ask


def ask_redis(url: str) -> Callable[[], object]:
    """Its own client's patience, and no retries."""
    redis = Redis.from_url(
        url,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=Retry(NoBackoff(), retries=0),
    )
    return redis.ping


# endregion
