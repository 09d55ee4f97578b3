"""Calls that are in flight together: requests, each over a connection of its own, or commands."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import TypeVar

from checks.harness.app import api
from checks.harness.app.api import Api
from checks.harness.errors import HarnessError

T = TypeVar("T")


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
