# region task B3
"""A stream without a Redis, for the tests of live updates. The test files import its fixtures."""

import asyncio
import json
from typing import Any

import pytest

from app.core.live import STREAM, Stream, parse

NOWHERE = "redis://127.0.0.1:1/0"


class MemoryRedis:
    """The commands that are needed, on one list; both clients' methods in one."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, dict[str, str]]] = []
        self.values: dict[str, Any] = {}

    def add(self, name: str, fields: dict[str, str], **_: object) -> None:
        self.entries.append((f"{len(self.entries) + 1}-0", fields))

    async def xrevrange(self, name: str, count: int) -> list[Any]:
        return self.entries[::-1][:count]

    async def xrange(
        self, name: str, after: str, until: str, count: int | None = None
    ) -> list[Any]:
        last = (9999, 0) if until == "+" else parse(until)
        return [e for e in self.entries if parse(after) <= parse(e[0]) <= last][:count]

    async def xread(self, streams: dict[str, str], count: int, block: int) -> list[Any]:
        after = parse(streams[STREAM])
        found = [e for e in self.entries if parse(e[0]) > after][:count]
        await asyncio.sleep(0 if found else 0.01)
        return [[STREAM, found]] if found else []

    async def xlen(self, name: str) -> int:
        return len(self.entries)

    async def time(self) -> tuple[int, int]:
        return 0, 500

    async def set(self, name: str, value: Any, nx: bool) -> None:
        self.values.setdefault(name, value)

    async def get(self, name: str) -> Any:
        return self.values.get(name)


@pytest.fixture
def redis() -> MemoryRedis:
    return MemoryRedis()


@pytest.fixture
def stream(redis: MemoryRedis, monkeypatch: pytest.MonkeyPatch) -> Stream:
    stream = Stream(NOWHERE, history=1)
    monkeypatch.setattr(stream, "redis", redis)
    return stream


def tell(redis: MemoryRedis, *titles: str) -> None:
    for title in titles:
        redis.add(STREAM, {"message": json.dumps({"type": "event.updated", "title": title})})


# endregion
