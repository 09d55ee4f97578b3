"""The client of the exercise tests: HTTP over a Unix socket, every exchange kept.

`EVENTURE_REQUEST_SECONDS` is how long an answer may take to its last byte: 10, and of a server that
somebody started as long as it likes, for it may stand at a breakpoint.
"""

import contextlib
import json
import os
import re
import time
from typing import Any, Protocol

import httpx2

from checks.harness.app import connections
from checks.harness.app.process import AppProcess
from checks.harness.app.resource_limits import PRINTED
from checks.harness.errors import AppDown, AppFloods, AppHangs, HarnessError
from checks.results.model import Exchange

ASKED = os.environ.get("EVENTURE_REQUEST_SECONDS")
LIMIT = float(ASKED or "10")
SHOWN = 600
TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")  # a signed JWT in its compact form

PAGE = re.compile(r"\s*<(!doctype\s+html|html)\b", re.IGNORECASE)
TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


class HasToken(Protocol):
    """Whatever carries an access token: a `User`."""

    @property
    def token(self) -> str: ...


Auth = str | HasToken | None


class Api:
    """Asks the learner's app; the answers are httpx2 responses.

    Raises AppHangs for a request that is not answered in time, AppFloods for an answer that is
    too large, AppDown when the process does not answer any more, and what ended the process.
    """

    def __init__(self, process: AppProcess | None, base_url: str = "http://localhost") -> None:
        self.process = process
        self.exchanges: list[Exchange] = []
        self.last_sent = 0.0
        self._base_url = base_url
        self._limit = LIMIT if process or ASKED else None
        self._client = self._connected()

    def _connected(self) -> httpx2.Client:
        transport = connections.Transport(str(self.process.socket) if self.process else None)
        # Nobody compresses what was not asked for; who does it anyway is read up to the limit.
        plain = {"Accept-Encoding": "identity"}
        return httpx2.Client(transport=transport, base_url=self._base_url, headers=plain)

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
        limit = options.pop("timeout", self._limit)
        request = self._client.build_request(method, path, headers=headers, **options)
        response = self._answer(request, limit)
        self._keep(request, response)
        if response.status_code >= 500:
            # a server that has caught its breath closes the connection: do not meet it half shut
            self._client.close()
            self._client = self._connected()
        return response

    def close(self) -> None:
        self._client.close()

    def _answer(self, request: httpx2.Request, limit: float | None) -> httpx2.Response:
        self.last_sent = time.time()
        request.extensions["timeout"] = connections.until(limit).as_dict()
        try:
            response = self._client.send(request, stream=True)
            with contextlib.closing(response):
                connections.read_all(response)
        except (httpx2.HTTPError, AppFloods) as error:
            self._keep(request, None)
            raise self._failure(request, error, limit) from None
        if self.process and self.process.log_size() > PRINTED and (why := self.process.breach()):
            raise why
        return response

    def _failure(
        self, request: httpx2.Request, error: Exception, limit: float | None
    ) -> HarnessError:
        """What to say of a request without an answer; why the process was ended comes first."""
        if self.process and (breach := self.process.breach()):
            return breach
        if isinstance(error, httpx2.TimeoutException):
            return AppHangs(self._hung(request, limit or LIMIT))
        if isinstance(error, AppFloods):
            return AppFloods(f"{_line(request)} {error}")
        return AppDown(f"{_line(request)}: the app broke the connection ({error})")

    def _hung(self, request: httpx2.Request, limit: float) -> str:
        where = self.process.where_it_stands() if self.process else "look at its console"
        return f"{_line(request)} was not answered within {limit:g} s; {where}"

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
    """A body as one short line: JSON compact, a page by its title, each token by its beginning."""
    if PAGE.match(text):
        title = TITLE.search(text)
        text = f"an HTML page, {' '.join(title[1].split())!r}" if title else "an HTML page"
    try:
        text = json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        text = " ".join(text.split())
    text = TOKEN.sub(lambda token: f"{token[0][:10]}…", text)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"
