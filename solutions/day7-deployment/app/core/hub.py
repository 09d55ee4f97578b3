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

from app.core.live import BATCH, Lost, Message, Stream

log = logging.getLogger(__name__)

# RFC 6455, 7.4.1: going away; and, of IANA's list, try again later.
GOING_AWAY, TRY_AGAIN_LATER = 1001, 1013
PAUSE = 0.5
# Seconds for one place in a full queue: all wait for it. After an outage many messages come at
# once, and a client that reads gets all of them; but in all, it is not waited for longer than that.
ROOM, ROOM_AFTER_OUTAGE, ROOM_IN_ALL = 0.01, 0.5, 5.0
# Turns of the event loop in which a sender that can send takes a message out of a queue.
TURNS = 10


@dataclass(eq=False)
class Listener:
    """One socket: what is still to be sent to it, and the code with which it is to end."""

    user_id: int
    queue: asyncio.Queue[tuple[str, Message]]
    end: asyncio.Future[int] = field(default_factory=asyncio.Future)
    reads: bool = False  # whether it needs what the hub's reader reads
    patience: float = ROOM_IN_ALL

    def offer(self, entry: tuple[str, Message]) -> bool:
        """Whether there was room, or nobody is left who needs any."""
        if self.end.done():
            return True
        if self.queue.empty():
            self.patience = ROOM_IN_ALL
        try:
            self.queue.put_nowait(entry)
        except asyncio.QueueFull:
            return False
        return True

    async def insist(self, entry: tuple[str, Message], seconds: float) -> None:
        """Wait for room; whose client does not read in this time is cut off.

        Time passes for a process that the machine has left standing, too. What its client has
        read meanwhile is noticed in the loop's next turns, so these are waited for as well.
        """
        clock = asyncio.get_running_loop()
        start = clock.time()
        try:
            await asyncio.wait_for(self.queue.put(entry), min(seconds, self.patience))
        except TimeoutError:
            if not await self._has_room_soon(entry):
                self.end_with(TRY_AGAIN_LATER)
        self.patience -= clock.time() - start

    async def _has_room_soon(self, entry: tuple[str, Message]) -> bool:
        for _ in range(TURNS):
            await asyncio.sleep(0)
            if self.offer(entry):
                return True
        return False

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
        self._position, self._is_behind = "", False
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

    def read_from(self, position: str, listener: Listener) -> None:
        """Begin to read for this socket: from here, unless it is read for others already."""
        if not self._is_read:
            self._position = position
        listener.reads = True
        if self._reader is None or self._reader.done():
            self._reader = asyncio.get_running_loop().create_task(self._read())

    @property
    def _is_read(self) -> bool:
        return any(listener.reads for listener in self.listeners)

    async def _read(self) -> None:
        while self._is_read:
            here = self._position
            try:
                await self._read_on(here)
            except Lost:
                await self._begin_anew(here)
            except RedisError as error:
                # Nothing is lost: it reads on from where it stood.
                log.warning("No messages for %g s: %s", PAUSE, error)
                self._is_behind = True
                await asyncio.sleep(PAUSE)

    async def _read_on(self, here: str) -> None:
        """Ends early when the position is another one: that of the only socket, which is new."""
        messages = await self.stream.wait(here)
        for position, message in messages:
            if self._position != here or not self._is_read:
                return
            await self._deliver(position, message)
            if self._position == here:
                here = self._position = position
        self._is_behind = len(messages) == BATCH

    async def _begin_anew(self, here: str) -> None:
        """What follows `here` is gone. Who listens comes back with `after`, and hears `missed`."""
        with contextlib.suppress(RedisError):
            newest = await self.stream.position()
            if self._position == here and self._is_read:
                self._position = newest
                self._end_all(TRY_AGAIN_LATER)

    async def _deliver(self, position: str, message: Message) -> None:
        """All who have no room are waited for together, and for a moment."""
        entry, room = (position, message), ROOM_AFTER_OUTAGE if self._is_behind else ROOM
        full = [listener for listener in self.listeners if not listener.offer(entry)]
        await asyncio.gather(*(listener.insist(entry, room) for listener in full))

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
            loop.call_soon_threadsafe(self._go_away)
            before(number, frame)

        with contextlib.suppress(ValueError):
            signal.signal(signal.SIGTERM, begin)

    def _go_away(self) -> None:
        self.is_ending = True
        self._end_all(GOING_AWAY)

    def _end_all(self, code: int) -> None:
        for listener in self.listeners:
            listener.end_with(code)


# endregion
