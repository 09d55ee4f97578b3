"""Events in v2: /api/v2/events."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.cached import PublicAnswer
from app.api.deps import CacheDep, EventServiceDep
from app.api.openapi import refusals
from app.api.pagination import PageDep
from app.models import Event
from app.schemas.event import EventFilter, EventV2
from app.schemas.page import Page
from app.schemas.types import Id

router = APIRouter(prefix="/events", tags=["events"])
LIST = PublicAnswer("v2:events", Page[EventV2])


@router.get(
    "/",
    response_model=Page[EventV2],
    summary="A page of events",
    openapi_extra={"security": []},
)
def list_events(
    filters: Annotated[EventFilter, Query()],
    page: PageDep,
    events: EventServiceDep,
    cache: CacheDep,
) -> Response:
    """Everybody's events, filtered and sorted as in v1; `total` counts all that fit."""
    asked = (filters.model_dump_json(), page.page, page.page_size)
    return LIST.to(asked, cache, lambda: events.page_of_events(filters, page.page, page.page_size))


@router.get(
    "/{event_id}",
    response_model=EventV2,
    summary="Read an event",
    responses=refusals(404),
    openapi_extra={"security": []},
)
def read_event(event_id: Id, events: EventServiceDep) -> Event:
    """One event, with its organizer and its counts."""
    return events.get_event_with_counts(event_id)
