"""An answer is bounded in time and in size, whatever the app sends."""

import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from checks.harness.app import api as client
from checks.harness.app.api import Api
from checks.harness.app.connections import SIZE_LIMIT
from checks.harness.app.process import AppProcess
from checks.harness.errors import AppHangs, TooMuchOutput

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
Respond = Callable[[socket.socket, threading.Event], None]
Serve = Callable[[Respond], Api]


def api_on(path: Path) -> Api:
    """A client of whatever listens there."""
    process = SimpleNamespace(
        cpu_wait=lambda: 0.0,
        socket=path,
        breach=lambda: None,
        log_size=lambda: 0,
        current_position=lambda: "here",
    )
    return Api(cast("AppProcess", process))


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """A client of something that answers its one request as it likes."""
    monkeypatch.setattr(client, "REQUEST_TIMEOUT", 1.0)
    ended = threading.Event()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "app.sock"))
    listener.listen()
    threads: list[threading.Thread] = []

    def start(respond: Respond) -> Api:
        def answer() -> None:
            link, _ = listener.accept()
            with link, suppress(OSError):
                link.recv(65536)
                respond(link, ended)

        threads.append(threading.Thread(target=answer, daemon=True))
        threads[0].start()
        return stack.enter_context(closing(api_on(tmp_path / "app.sock")))

    with ExitStack() as stack:
        yield start
        ended.set()
    for thread in threads:
        thread.join(10)
    listener.close()


def sent(data: bytes) -> Respond:
    return lambda link, _: link.sendall(data)


def dripping(start: bytes, drop: bytes) -> Respond:
    """Each drop comes long before a read would time out."""

    def respond(link: socket.socket, ended: threading.Event) -> None:
        link.sendall(start)
        while not ended.wait(0.05):
            link.sendall(drop)

    return respond


def endless(start: bytes, more: bytes) -> Respond:
    def respond(link: socket.socket, ended: threading.Event) -> None:
        link.sendall(start)
        while not ended.is_set():
            link.sendall(more)

    return respond


@pytest.mark.parametrize(
    "respond",
    [dripping(OK + b"X: ", b"x"), dripping(CHUNKED, b"1\r\nx\r\n"), lambda _, ended: ended.wait(9)],
    ids=["headers", "body", "nothing"],
)
def test_an_answer_that_drips_is_a_hang(serve: Serve, respond: Respond) -> None:
    with pytest.raises(AppHangs, match="GET /x was not answered within 1 s; here"):
        serve(respond).get("/x")


@pytest.mark.parametrize(
    "respond",
    [
        endless(CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"),
        endless(b"", b"HTTP/1.1 103 Early Hints\r\nX: x\r\n\r\n" * 999),
        sent(OK + b"Content-Length: %d\r\n\r\n" % (SIZE_LIMIT + 1) + bytes(SIZE_LIMIT + 1)),
    ],
    ids=["a body without end", "no answer but hints without end", "a large body"],
)
def test_an_answer_that_is_too_large_ends_early(
    serve: Serve, respond: Respond, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "REQUEST_TIMEOUT", 60.0)

    with pytest.raises(TooMuchOutput, match="GET /x was answered with more than 4 MiB"):
        serve(respond).get("/x")


def test_an_answer_as_large_as_it_may_be_is_read(serve: Serve) -> None:
    size = SIZE_LIMIT - 1000

    answer = serve(sent(OK + b"Content-Length: %d\r\n\r\n" % size + bytes(size))).get("/x")

    assert len(answer.content) == size


def test_a_compressed_answer_is_unpacked_up_to_the_limit_only(serve: Serve) -> None:
    bomb = gzip.compress(bytes(64 << 20))
    head = b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)

    with pytest.raises(TooMuchOutput):
        serve(sent(OK + head + bomb)).get("/x")


def test_a_charset_that_unpacks_is_not_obeyed(serve: Serve) -> None:
    bomb = zlib.compress(bytes(64 << 20))
    head = b"Content-Type: text/plain; charset=zlib\r\nContent-Length: %d\r\n\r\n" % len(bomb)

    answer = serve(sent(OK + head + bomb)).get("/x")

    assert len(answer.text) <= len(bomb)


def test_nothing_compressed_is_asked_for(serve: Serve) -> None:
    api = serve(sent(OK + b"Content-Length: 0\r\n\r\n"))

    request = api.get("/x").request

    assert request.headers["Accept-Encoding"] == "identity"


def test_a_request_does_not_name_the_checker(serve: Serve) -> None:
    api = serve(sent(OK + b"Content-Length: 0\r\n\r\n"))

    headers = api.get("/x").request.headers

    assert headers["Host"] == "localhost"
    assert headers["User-Agent"].startswith("Mozilla/5.0 ")
    assert "httpx" not in str(headers)


def test_json_too_deep_to_be_read_is_kept_as_text(serve: Serve) -> None:
    deep = b"[" * 100_000

    api = serve(sent(OK + b"Content-Length: %d\r\n\r\n" % len(deep) + deep))

    assert api.get("/x").content == deep
    assert api.exchanges[0].response.startswith("[[[")


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        (b"<!DOCTYPE html>\n<html><head><title>The\n API</title>", "an HTML page, 'The API'"),
        (b"<html><body>nothing", "an HTML page"),
    ],
)
def test_a_page_is_kept_by_its_title(serve: Serve, page: bytes, kept: str) -> None:
    api = serve(lambda link, _: link.sendall(OK + b"Connection: close\r\n\r\n" + page))

    api.get("/docs")

    assert api.exchanges[0].response == kept


def test_an_answer_that_is_compressed_twice_is_refused(serve: Serve) -> None:
    bomb = gzip.compress(gzip.compress(bytes(64 << 20)))
    head = b"Content-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)

    with pytest.raises(TooMuchOutput, match="Content-Encoding: gzip, gzip; send it plain"):
        serve(sent(OK + head + bomb)).get("/x")
