# region task 7.10
"""GET /metrics, and what counts the requests for it."""

import hmac

from fastapi import APIRouter, Depends, FastAPI, Response
from prometheus_fastapi_instrumentator import Instrumentator
from prometheus_fastapi_instrumentator.metrics import Info

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


def count_requests(app: FastAPI) -> None:
    """Every request is counted from now on. Before the app starts: this is a middleware.

    With `add` the instrumentator counts nothing of its own. Its label for the method is whatever
    the client has sent, and for an address that would be redirected, the address itself.
    """
    Instrumentator(should_group_status_codes=False).add(count).instrument(app)


def count(info: Info) -> None:
    """One request. An error that nobody has handled is a 500 here, before it is one further out."""
    # Not `modified_duration`: it ends when the background tasks have ended, and a mail server that
    # is silent would make each registration slow. It is 0 where no answer has begun.
    seconds = info.modified_duration_without_streaming or info.modified_duration
    metrics.count(method_of(info), route_of(info), info.modified_status, seconds)


def method_of(info: Info) -> str:
    """One of those that we know: a client may make up as many as it likes."""
    return info.method if info.method in METHODS else "other"


def route_of(info: Info) -> str:
    """The route's template, /api/v1/events/{event_id}; one word for addresses that have none.

    Each value of a label is a series that is kept for ever, so nothing that a client chooses may
    become one.
    """
    return info.modified_handler if "route" in info.request.scope else UNMATCHED


# endregion
