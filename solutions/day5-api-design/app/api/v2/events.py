"""Events in v2: /api/v2/events."""

# region task 5.2
#| from fastapi import APIRouter
#|
from typing import Annotated

from fastapi import APIRouter, Query

from app.api.deps import EventServiceDep

# endregion
# region task 5.4
from app.api.openapi import refusals

# endregion
# region task 5.2
from app.api.pagination import PageDep

# endregion
# region task 5.4
from app.models import Event

# endregion
# region task 5.2
from app.schemas.event import EventFilter, EventV2
from app.schemas.page import Page

# endregion
# region task 5.4
from app.schemas.types import Id

# endregion
router = APIRouter(prefix="/events", tags=["events"])


# region task 5.2
@router.get("/", summary="A page of events", openapi_extra={"security": []})
def list_events(
    filters: Annotated[EventFilter, Query()], page: PageDep, events: EventServiceDep
) -> Page[EventV2]:
    """Everybody's events, filtered and sorted as in v1; `total` counts all that fit."""
    return events.page_of_events(filters, page.page, page.page_size)


# endregion
# region task 5.4
@router.get(
    "/{event_id}",
    response_model=EventV2,
    summary="Read an event",
    responses=refusals(404),
    openapi_extra={"security": []},
)
def read_event(event_id: Id, events: EventServiceDep) -> Event:
    """One event, with its organizer and its counts."""
    return events.get_event(event_id)


# endregion
