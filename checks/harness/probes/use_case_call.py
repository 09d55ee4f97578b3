"""The use case "create an event", called where there is no app and no web framework.

A probe takes the texts of `appless_session` and of this file, in that order. It runs on the
learner's side of the border.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # over there, both files are one
    from checks.harness.probes.appless_session import block_imports, session_of

FIRST, SECOND = (datetime(2031, 5, day, tzinfo=UTC) for day in (1, 2))


def import_without(packages: Sequence[str]) -> None:
    """Import the use case and its schema where none of the packages can be imported."""
    block_imports(packages)
    import_module("app.schemas.event")
    import_module("app.services.event_service")


def event_data(title: str, start: datetime, end: datetime) -> Any:
    """What the use case is given: the app's own `EventCreate`."""
    schema = import_module("app.schemas.event")
    return schema.EventCreate(title=title, start_time=start, end_time=end)


def create_event(user_id: int, data: Any) -> None:
    """Call the method of a class EventService, or the function of the module beside it."""
    service = import_module("app.services.event_service")
    service_class: Any = getattr(service, "EventService", None)
    with session_of(user_id) as (session, user):
        if hasattr(service_class, "create_event"):
            service_class(session).create_event(user, data)
        else:
            service.create_event(session, user, data)


def creation_error(user_id: int, data: Any) -> dict[str, Any]:
    """What the use case raises: `kinds` are its classes, itself first, and `says` its text.

    Without an error they are [] and "".
    """
    try:
        create_event(user_id, data)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
        kinds = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]
        return {"kinds": kinds, "says": f"{type(error).__name__}: {error}"}
    return {"kinds": [], "says": ""}
