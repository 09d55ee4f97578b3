"""Connections to the learner's app: an answer has one deadline, and a size that it may have.

httpx2's timeouts bound each read, so an answer that drips never ends. Here the "timeout" of a
request is an instant of `time.monotonic()`, and every read and write gets what is left until it.
"""

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore2
import httpx2

from checks.harness.errors import AppFloods

SIZE_LIMIT = 4 << 20
# Below what a socket takes at once: a reader that takes single bytes is not waited for each time.
PIECE = 4096
# Python knows "charsets" that unpack: zlib's would make gigabytes of a small answer.
CHARSETS = ("utf-8", "ascii", "us-ascii", "iso-8859-1", "latin-1", "windows-1251", "utf-16")


def until(seconds: float | None) -> httpx2.Timeout:
    """The timeouts of a request that is over in so many seconds, or, with None, when it is.

    `pool` is still a length of time.
    """
    return httpx2.Timeout(None if seconds is None else time.monotonic() + seconds, pool=seconds)


class Transport(httpx2.HTTPTransport):
    """HTTP over a Unix socket, or as ever without one; the deadline is kept either way."""

    def __init__(self, uds: str | None) -> None:
        # no TLS on a Unix socket: loading the root certificates takes 20 ms
        super().__init__(uds=uds, verify=uds is None)
        inner = self._pool._network_backend  # noqa: SLF001 - httpx2 has no argument for it
        self._pool._network_backend = _Backend(inner)  # noqa: SLF001


class _Backend(httpcore2.NetworkBackend):
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *args: Any, **options: Any
    ) -> httpcore2.NetworkStream:
        return _Stream(self._inner.connect_tcp(host, port, _left(timeout), *args, **options))

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore2.NetworkStream:
        return _Stream(self._inner.connect_unix_socket(path, _left(timeout), socket_options))


class _Stream(httpcore2.NetworkStream):
    """Counts what comes in after each request, headers and the frames of chunks included."""

    def __init__(self, inner: httpcore2.NetworkStream) -> None:
        self._inner = inner
        self._read = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, _left(timeout))
        self._read += len(data)
        if self._read > SIZE_LIMIT:
            raise AppFloods(too_large())
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._read = 0
        for start in range(0, len(buffer), PIECE):
            self._inner.write(buffer[start : start + PIECE], _left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def read_all(response: httpx2.Response) -> None:
    """Read a streamed answer. Raises AppFloods for one that is too large once it is decoded."""
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > SIZE_LIMIT:
            raise AppFloods(too_large())
        chunks.append(chunk)
    if (response.charset_encoding or "utf-8").lower() not in CHARSETS:
        response.encoding = "utf-8"
    response._content = b"".join(chunks)  # noqa: SLF001 - what `response.read()` does without a limit


def too_large() -> str:
    """What is wrong with the answer, as the end of a sentence."""
    return f"was answered with more than {SIZE_LIMIT >> 20} MiB"


def _left(deadline: float | None) -> float | None:
    """The seconds until an instant. Raises ReadTimeout when it is over."""
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the deadline is over")
    return left
