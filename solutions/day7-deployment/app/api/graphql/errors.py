# region task B2
"""What GraphQL makes of an error: the codes that REST has, and of a bug nothing but that."""

import logging
from collections.abc import Iterable
from typing import Any

from graphql import GraphQLError
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from app.core.errors import DomainError

log = logging.getLogger(__name__)

MALFORMED = "validation_error"


def shown(error: GraphQLError) -> dict[str, Any]:
    """One entry of `errors`."""
    detail, code = explained(error)
    # GraphQL repeats what was sent, and half a surrogate pair, "\ud800" in JSON, is no UTF-8.
    message = detail.encode(errors="replace").decode()
    return {**error.formatted, "message": message, "extensions": {"code": code}}


def explained(error: GraphQLError) -> tuple[str, str]:
    """For people and for programs. Without a cause it is GraphQL's own: the query is malformed."""
    cause = cause_of(error)
    if cause is None:
        return error.message, MALFORMED
    if isinstance(cause, DomainError):
        return cause.detail, cause.code
    if isinstance(cause, ValidationError):
        return "; ".join(map(sentence, cause.errors())), MALFORMED
    # Before the first resolver, so about what was sent: brackets in brackets, a number of 5,000
    # digits. Of a resolver they would be bugs.
    if isinstance(cause, (RecursionError, ValueError)) and error.path is None:
        return "The query cannot be read", MALFORMED
    if isinstance(cause, (IntegrityError, StaleDataError)):
        return "Somebody else changed this at the same time; try again", "conflict"
    if isinstance(cause, OperationalError):
        return "This cannot be done now; try again later", "unavailable"
    return "Something went wrong on our side", "internal_error"


def sentence(found: ErrorDetails) -> str:
    """What is wrong, and with which field. Never what was sent."""
    return ": ".join([*map(str, found["loc"]), found["msg"]])


def cause_of(error: GraphQLError) -> Exception | None:
    """What was raised. GraphQL wraps it, and what it has wrapped once more."""
    cause: Exception | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def log_bugs(errors: Iterable[GraphQLError]) -> None:
    """A refusal is no error of ours. What is one goes to the log with its traceback."""
    for error in errors:
        code = explained(error)[1]
        if code in {"internal_error", "unavailable"}:
            log.error("GraphQL: %s", code, exc_info=cause_of(error))


# endregion
