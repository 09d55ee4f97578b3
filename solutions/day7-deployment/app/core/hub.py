# region task B3
"""The sockets of this process, and the one task that reads the stream for all of them."""

import asyncio
import contextlib
import logging
import signal
import threading
from collections import Counter
from dataclasses import dataclass, field
from types import FrameType

from redis import RedisError

from app.core.live import Message, Stream

log = logging.getLogger(__name__)

# RFC 6455, 7.4.1: going away; and, of IANA's list, try again later.
GOING_AWAY, TRY_AGAIN_LATER = 1001, 1013
PAUSE = 0.5


@dataclass(eq=False)
class Listener:
    """One socket: what is still to be sent to it, and the code with which it is to end."""

    user_id: int
    queue: asyncio.Queue[tuple[str, Message]]
    end: asyncio.Future[int] = field(default_factory=asyncio.Future)

    def end_with(self, code: int) -> None:
        """Whoever is first says why."""
        if not self.end.done():
            self.end.set_result(code)


class Hub:
    """Lives in the event loop, and is touched by nobody else."""

    def __init__(self, stream: Stream, max_per_user: int, queue_size: int) -> None:
        self.stream = stream
        self.max_per_user = max_per_user
        self.queue_size = queue_size
        self.listeners: set[Listener] = set()
        self.is_ending = False
        self._reader: asyncio.Task[None] | None = None

    def join(self, user_id: int) -> Listener | None:
        """None for a user who has as many sockets here as one may, and for all after SIGTERM.

        Nothing is awaited between the question and the answer: of two at once, one would be one
        too many.
        """
        count = Counter(listener.user_id for listener in self.listeners)
        if self.is_ending or count[user_id] >= self.max_per_user:
            return None
        listener = Listener(user_id, asyncio.Queue(self.queue_size))
        self.listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """However it ended. The reader ends by itself soon after the last one."""
        self.listeners.discard(listener)

    def read_from(self, position: str) -> None:
        """Begin to read, unless it is read already. Call it when the first socket has joined."""
        if self._reader is None or self._reader.done():
            self._reader = asyncio.get_running_loop().create_task(self._read(position))

    async def _read(self, position: str) -> None:
        while self.listeners:
            try:
                messages = await self.stream.wait(position)
            except RedisError as error:
                # Nothing is lost: it reads on from where it stood.
                log.warning("No messages for %g s: %s", PAUSE, error)
                await asyncio.sleep(PAUSE)
                continue
            for position, message in messages:
                self._deliver(position, message)

    def _deliver(self, position: str, message: Message) -> None:
        """Nobody is waited for: whoever does not read has a full queue, and is cut off."""
        for listener in self.listeners:
            try:
                listener.queue.put_nowait((position, message))
            except asyncio.QueueFull:
                listener.end_with(TRY_AGAIN_LATER)

    def end_at_sigterm(self) -> None:
        """From now on SIGTERM comes here first, then to whoever had it. Call it in the lifespan.

        Each socket is told at once, while the process still serves requests: its client looks for
        another process, and is back before this one has ended.
        """
        before = signal.getsignal(signal.SIGTERM)
        if threading.current_thread() is not threading.main_thread() or not callable(before):
            return
        loop = asyncio.get_running_loop()

        def begin(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self._end_all)
            before(number, frame)

        with contextlib.suppress(ValueError):
            signal.signal(signal.SIGTERM, begin)

    def _end_all(self) -> None:
        self.is_ending = True
        for listener in self.listeners:
            listener.end_with(GOING_AWAY)


# endregion
