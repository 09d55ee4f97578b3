# region task 5.3
"""What the documentation says that the code cannot say by itself."""

import inspect
from typing import Any

from fastapi.routing import APIRoute

from app.api.errors import STATUS_OF
from app.schemas.error import Error

DESCRIPTION = """
Everybody may look at events. To do anything, register, log in, and send the access token along:
`Authorization: Bearer <access_token>`.

Every refusal has one shape: `detail` is for people, `code` for programs. Instants are RFC 3339
in UTC; one that is sent without an offset is read as UTC.
"""
TAGS: list[dict[str, Any]] = [
    {"name": "auth", "description": "Who you are: accounts, logins and tokens"},
    {"name": "users", "description": "Accounts, as others see them"},
    {"name": "events", "description": "What is being organised"},
    {"name": "participants", "description": "Who takes part in an event"},
    {"name": "tasks", "description": "What has to be done for an event"},
    {"name": "about", "description": "The API itself"},
]
# Relative: the server that the document comes from, wherever the app is deployed.
SERVERS = [{"url": "/", "description": "The server that this document comes from"}]
# The table of app/api/errors.py, read from its other side: one error a status.
WHY = {status: inspect.getdoc(kind) for kind, status in STATUS_OF.items()}
WHY[422] = "The request is malformed: `detail` lists what is wrong, and where."
HEADERS = {
    401: {"WWW-Authenticate": "How to do better: `Bearer`"},
    429: {"Retry-After": "Seconds until the next attempt is let in"},
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses=`: these statuses, each with a body of schema Error.

    KeyError, when the app starts, for a status that no error of ours has.
    """
    return {status: refusal(status) for status in statuses}


def refusal(status: int) -> dict[str, Any]:
    """One entry of `responses=`."""
    headers = {
        name: {"description": text, "schema": {"type": "string"}}
        for name, text in HEADERS.get(status, {}).items()
    }
    return {"model": Error, "description": WHY[status], "headers": headers}


def operation_id(route: APIRoute) -> str:
    """The handler's name, of which a generated client makes its method's: `list_events_v2`."""
    return f"{route.name}_v2" if route.path.startswith("/api/v2/") else route.name


# endregion
