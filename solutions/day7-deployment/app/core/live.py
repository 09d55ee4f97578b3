# region task B3
"""Messages for open sockets: a Redis stream that every process appends to and reads.

PUBLISH reaches who listens at that moment. A stream is the same with a memory: each message has a
position, and whoever was away reads on from theirs. https://redis.io/docs/latest/develop/data-types/streams/
"""

import asyncio
import json
import logging
from typing import Any

from redis import Redis, RedisError
from redis import asyncio as aioredis
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

STREAM, SINCE = "eventure:live", "eventure:live:since"
# Seconds that a request may wait for Redis, and that a process listens before it asks anew.
PATIENCE, LISTEN = 0.3, 5.0
# Messages that a process reads at once.
BATCH = 100
# One listens; the others are for sockets that begin, however many at once.
CONNECTIONS = 5

Message = dict[str, Any]  # Any: JSON
Position = tuple[int, int]


class Lost(Exception):
    """Messages behind a position are not kept any more, or nobody was given this position."""


def parse(position: str) -> Position:
    """`1732912000000-0`: milliseconds and a number, as Redis orders them."""
    milliseconds, number = position.split("-")
    return int(milliseconds), int(number)


class Publisher:
    """Appends from a request's thread. Without Redis, or while it is away, messages are lost."""

    def __init__(self, redis_url: str | None, history: int) -> None:
        self.history = history
        self.redis = connect(redis_url) if redis_url else None

    def publish(self, message: Message) -> None:
        """To be called after the commit: before it, who is told would read what is not there."""
        if self.redis is None:
            return
        try:
            # One more than is promised: the oldest of them is a position to read on from.
            fields = {"message": json.dumps(message)}
            self.redis.xadd(STREAM, fields, maxlen=self.history + 1, approximate=False)  # type: ignore[arg-type]
        except RedisError as error:
            log.warning("A message is lost: %s", error)


def connect(redis_url: str) -> Redis:
    """A client for threads. Connects on first use."""
    return Redis.from_url(
        redis_url,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=Retry(NoBackoff(), retries=0),
    )


class PatientRedis(aioredis.Redis):
    """Ends each command that it has begun, whoever waits for it is cancelled.

    A socket may leave at any moment. redis-py 8.1 loses a connection of the pool when the command
    on it is cancelled at the wrong one, and after five of them nobody gets in any more.
    """

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        command = super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        return await asyncio.shield(command)


class Stream:
    """Reads in the event loop. Each method raises RedisError."""

    def __init__(self, redis_url: str, history: int) -> None:
        self.history = history
        pool = aioredis.BlockingConnectionPool.from_url(
            redis_url,
            max_connections=CONNECTIONS,
            timeout=LISTEN,
            decode_responses=True,
            socket_connect_timeout=PATIENCE,
            # Longer than Redis itself waits for a message: silence beyond it is an outage.
            socket_timeout=LISTEN + 1,
        )
        self.redis = PatientRedis(connection_pool=pool)

    async def position(self) -> str:
        """Behind the newest message. Where nobody has noted since when the stream is whole: now."""
        newest = await self.redis.xrevrange(STREAM, count=1)
        seconds, microseconds = await self.redis.time()
        here = newest[0][0] if newest else f"{seconds * 1000 + microseconds // 1000}-0"
        await self.redis.set(SINCE, here, nx=True)
        return str(newest[0][0] if newest else await self.redis.get(SINCE) or here)

    async def between(
        self, after: str, until: str, count: int | None = None
    ) -> list[tuple[str, Message]]:
        """The messages behind one position, up to and with another. Raises Lost.

        The message at `after` is asked for, too: while it is there, nothing behind it was thrown
        away, and no Redis that came back from an older snapshot has forgotten it. Where nothing
        was told before, `after` is the moment since when the stream is whole.
        """
        found = await self.redis.xrange(STREAM, after, until, None if count is None else count + 1)
        if found and found[0][0] == after:
            del found[0]
        elif after != await self.redis.get(SINCE) or await self.redis.xlen(STREAM) > self.history:
            raise Lost
        return [(position, json.loads(fields["message"])) for position, fields in found]

    async def wait(self, after: str) -> list[tuple[str, Message]]:
        """What comes behind the position; after LISTEN seconds perhaps nothing. Raises Lost."""
        await self.redis.xread({STREAM: after}, count=1, block=int(LISTEN * 1000))
        return await self.between(after, "+", BATCH)


# endregion
