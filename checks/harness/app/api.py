"""The client of the exercise tests: HTTP over a Unix socket, every exchange recorded.

`EVENTURE_REQUEST_SECONDS` is how long an answer may take to its last byte: 10, and without a limit
for a server that a person started, since it may stop at a breakpoint.
"""

import contextlib
import time
from typing import Any, Protocol

import httpx2

from checks.harness.app import connections
from checks.harness.app.body_text import one_line
from checks.harness.app.limit_variables import REQUEST
from checks.harness.app.process import AppProcess
from checks.harness.app.resource_limits import OUTPUT_LIMIT
from checks.harness.errors import AppDown, AppHangs, HarnessError, TooMuchOutput
from checks.results.model import Exchange

REQUEST_TIMEOUT = REQUEST.seconds_or_default
BROWSER_HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept-Language": "en-US,en;q=0.5",
}
"""An app cannot tell a test's request by its `User-Agent` from that of a browser at localhost."""
SHOWN_CHARACTERS = 600
WHOLE_CHARACTERS = 16_000  # of a body that is asked for with -v
USUAL_HEADERS = frozenset(
    {"host", "user-agent", "accept-language", "accept-encoding", "connection", "content-length"}
)
"""Headers of each request: no reader needs them to repeat it."""
USUAL_VALUES = frozenset({("accept", "*/*"), ("content-type", "application/json")})
HEADER_CHARACTERS = 120


class HasToken(Protocol):
    """An object with an access token: a `User`."""

    @property
    def token(self) -> str: ...


Auth = str | HasToken | None


class Api:
    """Sends requests to the learner's app; the answers are httpx2 responses.

    Raises AppHangs for a request that is not answered in time, TooMuchOutput for an answer that is
    too large, AppDown when the process does not answer any more, and what ended the process.
    """

    def __init__(self, process: AppProcess | None, base_url: str = "http://localhost") -> None:
        self.process = process
        self.exchanges: list[Exchange] = []
        self.last_sent = 0.0
        self._base_url = base_url
        self._timeout = REQUEST_TIMEOUT if process or REQUEST.is_set else None
        self._client = self._new_client()

    def _new_client(self) -> httpx2.Client:
        transport = (
            connections.Transport(str(self.process.socket), self.process.cpu_wait)
            if self.process
            else connections.Transport(None)
        )
        # A compressed answer is not asked for; one that comes anyway is read up to the limit.
        headers = {**BROWSER_HEADERS, "Accept-Encoding": "identity"}
        return httpx2.Client(transport=transport, base_url=self._base_url, headers=headers)

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx2.Response:
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> httpx2.Response:
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> httpx2.Response:
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> httpx2.Response:
        return self.request("DELETE", path, **options)

    def request(
        self, method: str, path: str, *, auth: Auth = None, **options: Any
    ) -> httpx2.Response:
        """Send one request; `auth` is a user or an access token, `timeout` another limit."""
        headers = dict(options.pop("headers", None) or {})
        if auth is not None:
            token = auth if isinstance(auth, str) else auth.token
            headers.setdefault("Authorization", f"Bearer {token}")
        timeout = options.pop("timeout", self._timeout)
        request = self._client.build_request(method, path, headers=headers, **options)
        response = self._send(request, timeout)
        self._record(request, response)
        if response.status_code >= 500:
            # after a 5xx a server may close the connection: do not send on one that is half closed
            self._client.close()
            self._client = self._new_client()
        return response

    def close(self) -> None:
        self._client.close()

    def _send(self, request: httpx2.Request, timeout: float | None) -> httpx2.Response:
        self.last_sent = time.time()
        request.extensions["timeout"] = connections.timeout_at_deadline(
            timeout, self.process.cpu_wait() if self.process else 0.0
        ).as_dict()
        try:
            response = self._client.send(request, stream=True)
            with contextlib.closing(response):
                connections.read_all(response)
        except (httpx2.HTTPError, TooMuchOutput) as error:
            self._record(request, None)
            raise self._error(request, error, timeout) from None
        if (
            self.process
            and self.process.log_size() > OUTPUT_LIMIT
            and (breach := self.process.breach())
        ):
            raise breach
        return response

    def _error(
        self, request: httpx2.Request, error: Exception, timeout: float | None
    ) -> HarnessError:
        """The error of a request without an answer; a breach of the limits comes first."""
        if self.process and (breach := self.process.breach()):
            return breach
        if isinstance(error, httpx2.TimeoutException):
            return AppHangs(self._timeout_message(request, timeout or REQUEST_TIMEOUT))
        if isinstance(error, TooMuchOutput):
            return TooMuchOutput(f"{_request_line(request)} {error}")
        return AppDown(f"{_request_line(request)}: the app broke the connection ({error})")

    def _timeout_message(self, request: httpx2.Request, timeout: float) -> str:
        where = self.process.current_position() if self.process else "look at its console"
        return f"{_request_line(request)} was not answered within {timeout:g} s; {where}"

    def _record(self, request: httpx2.Request, response: httpx2.Response | None) -> None:
        sent = one_line(request.read().decode(errors="replace"))
        received = one_line(response.text) if response is not None else ""
        self.exchanges.append(
            Exchange(
                request.method,
                request.url.raw_path.decode(),
                _abridged(sent),
                response.status_code if response is not None else None,
                _abridged(received),
                _shown_headers(request),
                self.last_sent,
                _headers(response.headers) if response is not None else (),
                *(_whole(body) for body in (sent, received)),
            )
        )


def _request_line(request: httpx2.Request) -> str:
    return f"{request.method} {request.url.raw_path.decode()}"


def _shown_headers(request: httpx2.Request) -> tuple[tuple[str, str], ...]:
    """The headers that a reader needs to repeat the request; a token is abridged."""
    return tuple(
        (name, value[:18] + "…" if name == "Authorization" else value)
        for name, value in _headers(request.headers)
    )


def _headers(headers: httpx2.Headers) -> tuple[tuple[str, str], ...]:
    """The headers but for those of each message, named as the standards write them."""
    return tuple(
        (name.title(), value[:HEADER_CHARACTERS])
        for name, value in headers.multi_items()
        if name.lower() not in USUAL_HEADERS and (name.lower(), value) not in USUAL_VALUES
    )


def _abridged(text: str) -> str:
    return (
        text
        if len(text) <= SHOWN_CHARACTERS
        else f"{text[:SHOWN_CHARACTERS]}… ({len(text)} characters)"
    )


def _whole(text: str) -> str:
    """A body that is longer than what is shown of it at first; else ""."""
    return text[:WHOLE_CHARACTERS] if len(text) > SHOWN_CHARACTERS else ""
