"""The client of the exercise tests: HTTP over a Unix socket, every exchange kept.

`EVENTURE_REQUEST_SECONDS` is how long an answer may take: 10, and of a server that somebody started
as long as it likes, for it may stand at a breakpoint.
"""

import json
import os
import re
import time
from typing import Any, Protocol

import httpx2

from checks.harness.errors import AppDown, AppHangs
from checks.harness.process import AppProcess
from checks.results import Exchange

ASKED = os.environ.get("EVENTURE_REQUEST_SECONDS")
LIMIT = float(ASKED or "10")
SHOWN = 600
TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")  # a signed JWT in its compact form


class HasToken(Protocol):
    """Whatever carries an access token: a `User`."""

    @property
    def token(self) -> str: ...


Auth = str | HasToken | None


class Api:
    """Asks the learner's app; the answers are httpx2 responses.

    Raises AppHangs for a request that is not answered in time and AppDown when the
    process does not answer any more.
    """

    def __init__(self, process: AppProcess | None, base_url: str = "http://app") -> None:
        self.process = process
        self.exchanges: list[Exchange] = []
        self.last_sent = 0.0
        self._base_url = base_url
        self._limit = LIMIT if process or ASKED else None
        self._client = self._connected()

    def _connected(self) -> httpx2.Client:
        transport = None
        if self.process:  # no TLS on a Unix socket: loading the root certificates takes 20 ms
            transport = httpx2.HTTPTransport(uds=str(self.process.socket), verify=False)
        return httpx2.Client(transport=transport, base_url=self._base_url, timeout=self._limit)

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
        """Send one request; `auth` is a user or an access token."""
        headers = dict(options.pop("headers", None) or {})
        if auth is not None:
            token = auth if isinstance(auth, str) else auth.token
            headers.setdefault("Authorization", f"Bearer {token}")
        request = self._client.build_request(method, path, headers=headers, **options)
        self.last_sent = time.time()
        try:
            response = self._client.send(request)
        except httpx2.TimeoutException:
            self._keep(request, None)
            raise AppHangs(self._hung(request)) from None
        except httpx2.HTTPError as error:
            self._keep(request, None)
            raise AppDown(f"{_line(request)}: the app broke the connection ({error})") from None
        self._keep(request, response)
        if response.status_code >= 500:
            # a server that has caught its breath closes the connection: do not meet it half shut
            self._client.close()
            self._client = self._connected()
        return response

    def close(self) -> None:
        self._client.close()

    def _hung(self, request: httpx2.Request) -> str:
        where = self.process.where_it_stands() if self.process else "look at its console"
        return f"{_line(request)} was not answered within {LIMIT:g} s; {where}"

    def _keep(self, request: httpx2.Request, response: httpx2.Response | None) -> None:
        sent = request.read().decode(errors="replace")
        self.exchanges.append(
            Exchange(
                request.method,
                request.url.raw_path.decode(),
                _shown(sent),
                response.status_code if response is not None else None,
                _shown(response.text) if response is not None else "",
                _headers(request),
                self.last_sent,
            )
        )


def _line(request: httpx2.Request) -> str:
    return f"{request.method} {request.url.raw_path.decode()}"


def _headers(request: httpx2.Request) -> tuple[tuple[str, str], ...]:
    """Those a reader needs to repeat the request; a token is cut to its first characters."""
    value = request.headers.get("authorization")
    return (("Authorization", value[:18] + "…"),) if value else ()


def _shown(text: str) -> str:
    """A body as one short line: compact JSON where it is JSON, each token by its beginning."""
    try:
        text = json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        text = " ".join(text.split())
    text = TOKEN.sub(lambda token: f"{token[0][:10]}…", text)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"
