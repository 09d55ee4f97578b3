"""Events in v2: /api/v2/events."""

from typing import Annotated

# region task 6.3
from fastapi import APIRouter, Query

from app.api.deps import EventServiceDep
# endregion
from app.api.openapi import refusals
from app.api.pagination import PageDep
from app.models import Event
from app.schemas.event import EventFilter, EventV2
from app.schemas.page import Page
from app.schemas.types import Id

router = APIRouter(prefix="/events", tags=["events"])
# region task 6.3
# endregion


@router.get(
    "/",
    response_model=Page[EventV2],
    summary="A page of events",
    openapi_extra={"security": []},
)
# region task 6.3
def list_events(
    filters: Annotated[EventFilter, Query()], page: PageDep, events: EventServiceDep
) -> Page[EventV2]:
    """Everybody's events, filtered and sorted as in v1; `total` counts all that fit."""
    return events.page_of_events(filters, page.page, page.page_size)
# endregion


@router.get(
    "/{event_id}",
    response_model=EventV2,
    summary="Read an event",
    responses=refusals(404),
    openapi_extra={"security": []},
)
def read_event(event_id: Id, events: EventServiceDep) -> Event:
    """One event, with its organizer and its counts."""
    # region task 6.1
    return events.get_event(event_id)
    # endregion
