# region task 7.7
"""One line a request, and a name for it that the client may give and always gets."""

import logging
import re
import time
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import on_bug
from app.core.logs import request_id

log = logging.getLogger(__name__)

HEADER = "X-Request-ID"
# What a client may call its request: it will stand in our log, and in somebody's terminal.
TOKEN = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Asked every few seconds, and of no interest to anybody while the answer stays the same.
QUIET = re.compile(r"/health(/.*)?", re.DOTALL)


class RequestLog:
    """The outermost of our middlewares: its line is about the answer that really goes out.

    The line has the route's template, not the path, and no query: those hold ids, e-mails and now
    and then a token.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope).get(HEADER, "")
        mine = asked if TOKEN.fullmatch(asked) else uuid4().hex
        scope.setdefault("state", {})
        started, status = time.perf_counter(), 500

        async def send_and_tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = mine
            await send(message)
            # Not when the app returns: work in the background may go on for long.
            if message["type"] == "http.response.body" and not message.get("more_body"):
                tell(scope, status, time.perf_counter() - started)

        token = request_id.set(mine)
        try:
            await self.app(scope, receive, send_and_tell)
        finally:
            request_id.reset(token)


def tell(scope: Scope, status: int, seconds: float) -> None:
    """Health checks are for DEBUG only; an error of ours is a WARNING.

    The ERROR is the line with what was raised. A second one would be a second error report.
    """
    route = template_of(scope)
    fields = {
        "method": scope["method"],
        "route": route,
        "status": status,
        "duration_ms": round(seconds * 1000, 1),
        "user_id": scope["state"].get("user_id"),
    }
    level = logging.WARNING if status >= 500 else logging.INFO
    if QUIET.fullmatch(scope["path"]):
        level = logging.DEBUG
    log.log(level, "%s %s %d", scope["method"], route, status, extra={"fields": fields})


def template_of(scope: Scope) -> str | None:
    """`/api/v1/events/{event_id}`; None where no route was found.

    scope["route"] knows its path below its own router only, so it is made from what was asked:
    each value is replaced by its name, the last one first.
    """
    if "route" not in scope:
        return None
    segments = scope["path"].split("/")[::-1]
    for name, value in reversed(scope.get("path_params", {}).items()):
        if str(value) in segments:
            segments[segments.index(str(value))] = f"{{{name}}}"
    return "/".join(reversed(segments))


class UnhandledErrors:
    """The innermost: what no handler of an error has caught becomes a line and a 500 here.

    FastAPI's own 500 is made outside of all middlewares, without any header that they add.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: one request. Raises what came after the answer had begun."""
        has_begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception as bug:
            if has_begun or scope["type"] != "http":
                raise
            log.exception("A bug: %s", type(bug).__name__)
            await on_bug(Request(scope), bug)(scope, receive, send)


# endregion
