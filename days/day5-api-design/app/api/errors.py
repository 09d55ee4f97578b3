"""What HTTP makes of an error. Every body is {"detail": …, "code": …}, and tells no secrets."""

from collections.abc import Mapping

# region task 5.3
from http import HTTPStatus

# endregion
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

# region task 5.3
from starlette.exceptions import HTTPException

# endregion
from app.core import errors

STATUS_OF: dict[type[errors.DomainError], int] = {
    errors.Unauthenticated: 401,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Forbidden: 403,
    errors.InvalidState: 400,
    errors.TooManyRequests: 429,
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


# region task 5.3
def on_http_error(_: Request, error: HTTPException) -> JSONResponse:
    """The framework's own: no such path, no such method."""
    # endregion
    code = HTTPStatus(error.status_code).name.lower()
    return answer(error.status_code, error.detail, code, error.headers)


def on_lost_race(_request: Request, _error: Exception) -> JSONResponse:
    """The service looked, all was well, and another request was quicker."""
    return answer(409, "Somebody else changed this at the same time; try again", "conflict")


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
    app.exception_handler(Exception)(on_bug)
