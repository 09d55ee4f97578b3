"""Connections to the learner's app: an answer has one deadline and a maximum size.

httpx2's timeouts bound each read, so an answer that drips never ends. Here the "timeout" of a
request is a timestamp of `clock.now()`, and every read and write gets the remaining time. On a busy
machine an answer has longer.
"""

import ssl
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self

import httpcore2
import httpx2

from checks.harness.app.clock import now
from checks.harness.app.cpu_wait import extension
from checks.harness.errors import TooMuchOutput
from checks.sandbox.learner_files import LearnerFolder

SIZE_LIMIT = 4 << 20
# Below the size of a socket's buffer: a peer that reads single bytes does not block each write.
WRITE_SIZE = 4096
# Some of Python's codecs decompress: zlib's would make gigabytes of a small answer.
CHARSETS = ("utf-8", "ascii", "us-ascii", "iso-8859-1", "latin-1", "windows-1251", "utf-16")

# No TLS on a Unix socket: loading the root certificates takes 20 ms, a context without them 2.
_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Deadline(float):
    """A timestamp of `clock.now()`: so many `seconds` after it was made.

    `waited` is how long the app had waited for a CPU by then, in seconds.
    """

    seconds: float
    waited: float

    @classmethod
    def after(cls, seconds: float, waited: float = 0.0) -> Self:
        deadline = cls(now() + seconds)
        deadline.seconds, deadline.waited = seconds, waited
        return deadline

    def extended(self, waited: float) -> float:
        """The timestamp later by the time that the app has waited for a CPU since."""
        return self + extension(self.seconds, waited - self.waited)


def timeout_at_deadline(seconds: float | None, waited: float = 0.0) -> httpx2.Timeout:
    """The timeouts of a request that has so many seconds in all, or, with None, no limit.

    `waited` is how long the app has waited for a CPU up to now. `pool` is still a duration.
    """
    deadline = None if seconds is None else Deadline.after(seconds, waited)
    return httpx2.Timeout(deadline, pool=seconds)


class Transport(httpx2.HTTPTransport):
    """HTTP over a Unix socket, or over TCP without one; both keep the deadline.

    `cpu_wait` is asked when an answer is late: how long the app has waited for a CPU.
    """

    def __init__(self, uds: str | None, cpu_wait: Callable[[], float] = lambda: 0.0) -> None:
        super().__init__(uds=uds, verify=_NO_CERTIFICATES if uds else True)
        inner = self._pool._network_backend  # noqa: SLF001 - httpx2 has no argument for it
        self._pool._network_backend = _DeadlineBackend(inner, cpu_wait)  # noqa: SLF001


class _DeadlineBackend(httpcore2.NetworkBackend):
    def __init__(self, inner: Any, cpu_wait: Callable[[], float]) -> None:
        self._inner = inner
        self._cpu_wait = cpu_wait

    def _bounded(self, stream: httpcore2.NetworkStream) -> "_BoundedStream":
        return _BoundedStream(stream, self._cpu_wait)

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *args: Any, **options: Any
    ) -> httpcore2.NetworkStream:
        return self._bounded(
            self._inner.connect_tcp(host, port, _remaining(timeout), *args, **options)
        )

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore2.NetworkStream:
        """Connect to a socket in a folder that the app writes to: a link there is no socket."""
        socket = Path(path)
        try:
            with LearnerFolder(socket.parent).socket_path(socket.name) as own_path:
                stream = self._inner.connect_unix_socket(
                    own_path, _remaining(timeout), socket_options
                )
        except OSError as error:
            raise httpcore2.ConnectError(str(error)) from error
        return self._bounded(stream)


class _BoundedStream(httpcore2.NetworkStream):
    """Counts the bytes after each request, with headers and the framing of chunks."""

    def __init__(self, inner: httpcore2.NetworkStream, cpu_wait: Callable[[], float]) -> None:
        self._inner = inner
        self._cpu_wait = cpu_wait
        self._read = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._read_until(timeout, max_bytes)
        self._read += len(data)
        if self._read > SIZE_LIMIT:
            raise TooMuchOutput(too_large_message())
        return data

    def _read_until(self, deadline: float | None, max_bytes: int) -> bytes:
        """Read again after a pause, and while the time is extended."""
        end = deadline
        while True:
            try:
                return self._inner.read(max_bytes, _remaining(end))
            except httpcore2.ReadTimeout:
                if not isinstance(deadline, Deadline):
                    raise
                end = deadline.extended(self._cpu_wait())
                if now() >= end:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._read = 0
        for start in range(0, len(buffer), WRITE_SIZE):
            self._inner.write(buffer[start : start + WRITE_SIZE], _remaining(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        return _BoundedStream(
            self._inner.start_tls(ssl_context, server_hostname, _remaining(timeout)), self._cpu_wait
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def read_all(response: httpx2.Response) -> None:
    """Read a streamed answer. Raises TooMuchOutput for one that decodes to too much.

    Of a coding inside a coding a few bytes may make gigabytes at once, so there is one at most.
    """
    codings = response.headers.get("content-encoding", "")
    if "," in codings:
        raise TooMuchOutput(nested_codings_message(codings[:60]))
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > SIZE_LIMIT:
            raise TooMuchOutput(too_large_message())
        chunks.append(chunk)
    if (response.charset_encoding or "utf-8").lower() not in CHARSETS:
        response.encoding = "utf-8"
    response._content = b"".join(chunks)  # noqa: SLF001 - what `response.read()` does without a limit


def too_large_message() -> str:
    """The end of the sentence about an answer that is too large."""
    return f"was answered with more than {SIZE_LIMIT >> 20} MiB"


def nested_codings_message(codings: str) -> str:
    """The end of the sentence about an answer that is compressed more than once."""
    return f"was answered with Content-Encoding: {codings}; send it plain"


def _remaining(deadline: float | None) -> float | None:
    """The seconds until the deadline. Raises ReadTimeout after it."""
    if deadline is None:
        return None
    remaining = deadline - now()
    if remaining <= 0:
        raise httpcore2.ReadTimeout("the deadline is over")
    return remaining
