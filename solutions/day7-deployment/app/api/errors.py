"""What HTTP makes of an error. Every body is {"detail": …, "code": …}, and tells no secrets."""

# region task 7.4
#| from collections.abc import Mapping
#| from http import HTTPMethod, HTTPStatus
#|
#| from fastapi import FastAPI, Request
#| from fastapi.exceptions import RequestValidationError
#| from fastapi.responses import JSONResponse
#| from sqlalchemy.exc import IntegrityError
#| from sqlalchemy.orm.exc import StaleDataError
import logging
from collections.abc import Mapping
from http import HTTPMethod, HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

# endregion
from starlette.exceptions import HTTPException
from starlette.routing import Match

from app.core import errors

# region task 7.4
log = logging.getLogger(__name__)
# endregion

STATUS_OF: dict[type[errors.DomainError], int] = {
    errors.Unauthenticated: 401,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Forbidden: 403,
    errors.InvalidState: 400,
    errors.TooManyRequests: 429,
    errors.Unavailable: 503,
}
CHALLENGE = {"WWW-Authenticate": "Bearer"}  # RFC 9110: a 401 says how to do better


def on_domain_error(_: Request, error: errors.DomainError) -> JSONResponse:
    """The table above; an error that is missing there is a bug of ours, so 500."""
    status = STATUS_OF.get(type(error), 500)
    if isinstance(error, errors.TooManyRequests):
        return answer(status, error.detail, error.code, {"Retry-After": str(error.retry_after)})
    return answer(status, error.detail, error.code, CHALLENGE if status == 401 else None)


def on_invalid_request(_: Request, error: RequestValidationError) -> JSONResponse:
    """FastAPI's list without `input` and `ctx`: those repeat what was sent, passwords too."""
    shown = [{key: entry[key] for key in ("type", "loc", "msg")} for entry in error.errors()]
    return answer(422, shown, "validation_error")


def allowed_methods(request: Request) -> str:
    """Every method of the path (RFC 9110): the framework names those of one route."""
    scopes = [{**request.scope, "method": each} for each in HTTPMethod]
    return ", ".join(
        scope["method"]
        for scope in scopes
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
    )


def on_http_error(request: Request, error: HTTPException) -> JSONResponse:
    """The framework's own: no such path, no such method."""
    if error.status_code == 400:  # a body of bytes that are no text; 400 is the domain's here
        return answer(422, error.detail, "validation_error")
    if error.status_code == 405:
        allow = {"Allow": allowed_methods(request)}
        return answer(405, error.detail, "method_not_allowed", allow)
    code = HTTPStatus(error.status_code).name.lower()
    return answer(error.status_code, error.detail, code, error.headers)


def on_lost_race(_request: Request, _error: Exception) -> JSONResponse:
    """The service looked, all was well, and another request was quicker."""
    return answer(409, "Somebody else changed this at the same time; try again", "conflict")


# region task 7.4
def on_database_trouble(_request: Request, error: Exception) -> JSONResponse:
    """It is down, or a statement ran into DB_STATEMENT_TIMEOUT_MS: later it may go well."""
    log.error("The database did not answer: %s", getattr(error, "orig", error))
    return answer(503, "This cannot be done now; try again later", "unavailable")


# endregion


def on_bug(_request: Request, _error: Exception) -> JSONResponse:
    """The traceback goes to the log, never to the client."""
    return answer(500, "Something went wrong on our side", "internal_error")


def answer(
    status: int, detail: object, code: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The one shape of every error."""
    return JSONResponse({"detail": detail, "code": code}, status, headers)


def add_error_handlers(app: FastAPI) -> None:
    """The one place where errors meet HTTP; create_app calls it."""
    app.exception_handler(errors.DomainError)(on_domain_error)
    app.exception_handler(RequestValidationError)(on_invalid_request)
    app.exception_handler(HTTPException)(on_http_error)
    app.exception_handler(IntegrityError)(on_lost_race)
    app.exception_handler(StaleDataError)(on_lost_race)
    # region task 7.4
    app.exception_handler(OperationalError)(on_database_trouble)
    # endregion
    app.exception_handler(Exception)(on_bug)
