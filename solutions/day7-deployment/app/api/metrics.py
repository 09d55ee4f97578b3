# region task 7.10
"""GET /metrics, and what counts the requests for it."""

import hmac
import time

from fastapi import APIRouter, Depends, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.deps import Bearer, SettingsDep
from app.core import errors, metrics

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED = "unmatched"
# For the machines that run the app, as /health is: not in the documentation.
router = APIRouter(include_in_schema=False)


def require_metrics_token(token: Bearer, settings: SettingsDep) -> None:
    """METRICS_TOKEN has come along; Unauthenticated otherwise, and always where none is set.

    Compared in constant time: how long an answer takes must not say how much was right.
    """
    wanted = settings.metrics_token
    given = (token or "").encode()
    # METRICS_TOKEN= in an .env is none, too: an empty one would be in everybody's hands.
    if not wanted or not hmac.compare_digest(given, wanted.get_secret_value().encode()):
        raise errors.Unauthenticated("Send the METRICS_TOKEN: Authorization: Bearer <token>")


@router.get("/metrics", dependencies=[Depends(require_metrics_token)])
def read_metrics() -> Response:
    """What all processes have counted, in Prometheus' own format."""
    return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)


class RequestMetrics:
    """Counts every request by its route: /api/v1/events/{event_id}, whichever event it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: one request. An error that nobody has handled becomes a 500 further out."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, started_at = 500, time.perf_counter()

        async def send_and_see(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_see)
        finally:
            seconds = time.perf_counter() - started_at
            metrics.count(method_of(scope), route_of(scope), status, seconds)


def method_of(scope: Scope) -> str:
    """One of those that we know: a client may make up as many as it likes."""
    return scope["method"] if scope["method"] in METHODS else "other"


def route_of(scope: Scope) -> str:
    """The route's template; one word for all addresses that have none.

    Each value of a label is a series that is kept for ever, so nothing that a client chooses may
    become one. A route knows its path below its own router; what comes before is the prefix.
    """
    own = getattr(scope.get("route"), "path", None)
    if own is None:
        return UNMATCHED
    asked = scope["path"].split("/")
    return "/".join(asked[: len(asked) - own.count("/")]) + str(own)


# endregion
