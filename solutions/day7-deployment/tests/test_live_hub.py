# region task B3
"""The hub: one task reads for all sockets of a process; nobody waits for a slow one for long."""

import asyncio
import signal

import pytest
from redis import ConnectionError as RedisIsAway

from app.core.hub import GOING_AWAY, TRY_AGAIN_LATER, Hub, Listener
from app.core.live import Message, Stream
from tests.live_stream import MemoryRedis, redis, stream, tell

__all__ = ["redis", "stream"]  # fixtures


class TestHub:
    def test_a_full_queue_is_the_end_and_nobody_waits(
        self, stream: Stream, redis: MemoryRedis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("app.core.hub.ROOM", 0.01)

        async def run() -> tuple[int, list[str]]:
            hub = Hub(stream, max_per_user=2, queue_size=2)
            slow, reader = hub.join(1), hub.join(1)
            assert slow is not None
            assert reader is not None
            assert hub.join(1) is None
            hub.read_from(await stream.position(), slow)
            tell(redis, *"abcde")
            found = [(await reader.queue.get())[0] for _ in range(5)]
            return await slow.end, found

        stream.history = 9
        assert asyncio.run(run()) == (TRY_AGAIN_LATER, [f"{n}-0" for n in range(1, 6)])

    def test_who_reads_is_not_cut_off_by_a_process_that_stood_still(self) -> None:
        async def run() -> tuple[bool, list[str]]:
            listener = Listener(1, asyncio.Queue(1))
            listener.offer(("1-0", {}))

            async def send() -> str:
                for _ in range(3):  # turns that the loop needs until the sender goes on
                    await asyncio.sleep(0)
                return (await listener.queue.get())[0]

            sender = asyncio.create_task(send())
            await listener.insist(("2-0", {}), 0.0)
            return listener.end.done(), [await sender, listener.queue.get_nowait()[0]]

        assert asyncio.run(run()) == (False, ["1-0", "2-0"])

    def test_what_is_not_kept_any_more_ends_the_sockets(
        self, stream: Stream, redis: MemoryRedis
    ) -> None:
        async def run() -> tuple[int, str]:
            hub = Hub(stream, max_per_user=2, queue_size=2)
            listener = hub.join(1)
            assert listener is not None
            hub.read_from(await stream.position(), listener)
            tell(redis, "a", "b")
            code = await listener.end
            hub.leave(listener)
            back = hub.join(1)
            assert back is not None
            hub.read_from(await stream.position(), back)
            tell(redis, "c")
            return code, (await back.queue.get())[0]

        assert asyncio.run(run()) == (TRY_AGAIN_LATER, "3-0")

    def test_it_reads_on_when_redis_is_back(
        self, stream: Stream, redis: MemoryRedis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("app.core.hub.PAUSE", 0.01)
        wait, failures = stream.wait, iter([RedisIsAway("away")])

        async def fail_once(after: str) -> list[tuple[str, Message]]:
            for failure in failures:
                raise failure
            return await wait(after)

        monkeypatch.setattr(stream, "wait", fail_once)

        async def run() -> str:
            hub = Hub(stream, max_per_user=1, queue_size=2)
            listener = hub.join(1)
            assert listener is not None
            hub.read_from(await stream.position(), listener)
            tell(redis, "a")
            position, _ = await listener.queue.get()
            hub.leave(listener)
            return position

        assert asyncio.run(run()) == "1-0"

    def test_sigterm_ends_all_and_goes_on_to_whose_it_was(self, stream: Stream) -> None:
        seen: list[int] = []
        before = signal.signal(signal.SIGTERM, lambda number, _: seen.append(number))

        async def run() -> int:
            hub = Hub(stream, max_per_user=2, queue_size=2)
            listener = hub.join(1)
            assert listener is not None
            hub.end_at_sigterm()
            signal.raise_signal(signal.SIGTERM)
            code = await listener.end
            assert hub.join(1) is None
            return code

        try:
            assert asyncio.run(run()) == GOING_AWAY
        finally:
            signal.signal(signal.SIGTERM, before)
        assert seen == [signal.SIGTERM]


# endregion
