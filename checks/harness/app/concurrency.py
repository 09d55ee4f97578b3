"""Calls that are in flight together: requests, each over a connection of its own, or commands."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import partial
from threading import Semaphore
from typing import TypeVar

from checks.harness.app import api
from checks.harness.app.api import Api
from checks.harness.app.clock import wait_for
from checks.harness.errors import HarnessError

T = TypeVar("T")
UNKNOWN_PATH = "/read-after-the-held-requests"


@contextmanager
def concurrent_calls(
    call: Callable[[], T], count: int, lock: AbstractContextManager[None] | None = None
) -> Iterator[list[Future[T]]]:
    """`count` calls, begun together at the block's start, each in a thread of its own.

    With `lock` they begin inside it: it is what they wait for. The block's end leaves the lock
    first, and then waits for every call.
    """
    with ThreadPoolExecutor(count) as pool, lock or nullcontext():
        yield [pool.submit(call) for _ in range(count)]


@contextmanager
def held_requests(
    app: Api, path: str, count: int, lock: AbstractContextManager[None], timeout: float
) -> Iterator[list[Future[int]]]:
    """`count` GETs at once, which the lock holds up: their statuses, each within `timeout` seconds.

    The block begins when all of them have been sent, and the app has answered a request that came
    later and needs neither a thread nor the lock, or has not within a third of the timeout. Without
    that a busy machine gives up the lock before the app has read the last of them.
    """
    sent = Semaphore(0)
    call = partial(_status_when_sent, app, path, timeout, sent)
    with concurrent_calls(call, count, lock) as requests:
        for _ in requests:
            wait_for(lambda seconds: sent.acquire(timeout=seconds), timeout)
        status_or_none(app, UNKNOWN_PATH, timeout / 3)
        yield requests


def _status_when_sent(app: Api, path: str, timeout: float, sent: Semaphore) -> int:
    def trace(event: str, _info: object) -> None:
        if event.endswith("send_request_body.complete"):
            sent.release()

    with closing(Api(app.process)) as client:
        return client.get(path, timeout=timeout, extensions={"trace": trace}).status_code


def results(calls: list[Future[T]]) -> list[T]:
    """What each call has returned, in order. Waits for it, and raises what it has raised."""
    return [call.result() for call in calls]


def status_of(app: Api, path: str, timeout: float | None = api.REQUEST_TIMEOUT) -> int:
    """GET over a new connection: the status. Raises what `Api` raises, after `timeout` seconds."""
    with closing(Api(app.process)) as client:
        return client.get(path, timeout=timeout).status_code


def status_or_none(app: Api, path: str, timeout: float | None = api.REQUEST_TIMEOUT) -> int | None:
    """As `status_of`; None where the process takes no connection, or no answer comes."""
    if app.process is not None and not app.process.accepts_connections():
        return None
    try:
        return status_of(app, path, timeout)
    except HarnessError:
        return None
