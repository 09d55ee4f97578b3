"""Runs a coroutine to its end on one thread, without sockets: what ASGI needs in a browser.

A browser's own event loop cannot be waited for. This one handles what is ready and its timers.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import anyio.to_thread

T = TypeVar("T")


class _NoSelector:
    """Stands where a loop asks for sockets: there are none, so it only waits for the next timer."""

    def select(self, timeout: float | None = None) -> list[object]:
        if timeout is None:
            raise RuntimeError("the app waits for something that cannot come without sockets")
        if timeout > 0:
            time.sleep(timeout)
        return []

    def close(self) -> None:
        """It holds nothing."""


class _TimerLoop(asyncio.BaseEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self._selector = _NoSelector()

    def _process_events(self, event_list: list[object]) -> None:
        """No selector has events."""

    def _write_to_self(self) -> None:
        """No other thread has to be woken."""


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result, or its exception."""
    outer = asyncio._get_running_loop()  # noqa: SLF001, a browser's loop always runs
    asyncio._set_running_loop(None)  # noqa: SLF001
    loop = _TimerLoop()
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()
        asyncio._set_running_loop(outer)  # noqa: SLF001


async def _run_here(function: Callable[..., T], *args: object, **_: object) -> T:
    return function(*args)


def replace_threads() -> None:
    """Call at once what Starlette sends to a thread, such as a handler that is no coroutine."""
    anyio.to_thread.run_sync = _run_here  # type: ignore[assignment]
