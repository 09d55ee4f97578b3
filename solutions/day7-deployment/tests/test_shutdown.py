# region task 7.9
"""The beginning of the end: asked in the process itself, since a signal would end the tests."""

import asyncio
import signal
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.api.draining import Draining
from app.core.shutdown import Shutdown

# When it is over, the process is ended, and these tests with it.
A_LONG_TIME = 86_400


@pytest.fixture(autouse=True)
def own_handler() -> Iterator[None]:
    """What these tests do with SIGTERM ends with them."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def test_the_signal_comes_to_the_server_when_the_drain_is_over() -> None:
    shutdown = Shutdown(0, A_LONG_TIME)

    async def run() -> None:
        heard = asyncio.Event()
        signal.signal(signal.SIGTERM, lambda *_: heard.set())
        shutdown.listen()
        for _ in range(2):
            signal.raise_signal(signal.SIGTERM)
        assert shutdown.has_begun
        await asyncio.wait_for(heard.wait(), 10)

    asyncio.run(run())


def test_only_readiness_changes() -> None:
    shutdown, app = Shutdown(0, A_LONG_TIME), FastAPI()
    app.get("/health/live")(lambda: {"status": "ok"})
    client = TestClient(Draining(app, shutdown))
    shutdown.has_begun = True

    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200


# endregion
