"""Requests that are in flight at the same time, and meet at a lock in the database.

A race is certain instead of likely: the test holds a lock that the app needs, every request waits
for that lock, and then the test releases it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import httpx2

from checks.harness.app.database_client import DatabaseClient
from checks.harness.app.lock_waits import wait_for_locks


@contextmanager
def blocked_requests(
    database: DatabaseClient, *requests: Callable[[], httpx2.Response]
) -> Iterator[list[httpx2.Response]]:
    """Send the requests at once, each from a thread of its own; the block has to release the lock.

    The block begins when each request waits for a lock or has been answered, or after 5 s. The
    list holds the responses in the order of their arrival, and is complete when the block has
    ended. A request that ends in an error (AppHangs, AppDown) has no response there.
    """
    responses: list[httpx2.Response] = []
    threads = [Thread(target=lambda send=request: responses.append(send())) for request in requests]
    for thread in threads:
        thread.start()
    wait_for_locks(database, threads)
    yield responses
    for thread in threads:
        thread.join()
