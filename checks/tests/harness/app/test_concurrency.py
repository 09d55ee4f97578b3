"""Calls in flight: all at once, behind a lock that is given back before they are waited for."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Event, Lock, Thread

import pytest

from checks.harness.app import concurrency
from checks.harness.app.api import Api
from checks.harness.app.concurrency import (
    UNKNOWN_PATH,
    concurrent_calls,
    held_requests,
    results,
)


def test_all_calls_are_in_flight_at_once() -> None:
    meeting = Barrier(3, timeout=5)

    with concurrent_calls(meeting.wait, 3) as calls:
        pass

    assert sorted(results(calls)) == [0, 1, 2]


def test_the_lock_is_left_before_the_calls_are_waited_for() -> None:
    lock = Lock()

    @contextmanager
    def held() -> Iterator[None]:
        with lock:
            yield

    def call() -> bool:
        with lock:
            return True

    with concurrent_calls(call, 2, held()) as calls:
        assert not any(each.done() for each in calls)

    assert results(calls) == [True, True]


def test_what_a_call_raises_is_raised_with_its_result() -> None:
    def call() -> int:
        raise ValueError("no")

    with concurrent_calls(call, 1) as calls:
        pass

    with pytest.raises(ValueError, match="no"):
        results(calls)


@pytest.fixture
def released() -> Event:
    return Event()


@pytest.fixture
def read_paths(released: Event, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The paths that a server has read; it answers those of `/held` when `released` is set."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            if self.path == "/held":
                released.wait(10)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(concurrency, "Api", lambda process: Api(process, url))
        Thread(target=server.serve_forever).start()
        yield paths
        server.shutdown()


def test_held_requests_have_all_been_read_before_the_block(
    released: Event, read_paths: list[str]
) -> None:
    @contextmanager
    def held() -> Iterator[None]:
        yield
        released.set()

    with held_requests(Api(None), "/held", 5, held(), 10) as requests:
        assert read_paths == ["/held"] * 5 + [UNKNOWN_PATH]
        assert not any(request.done() for request in requests)

    assert results(requests) == [200] * 5
