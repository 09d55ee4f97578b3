"""Events: /api/events."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.cached import PublicAnswer
from app.api.deps import CacheDep, CurrentOrganizer, CurrentUser, EventServiceDep
from app.api.openapi import refusals
from app.api.pagination import PaginationDep
from app.models import Event
from app.schemas.event import EventCreate, EventFilter, EventRead, EventStatistics, EventUpdate
from app.schemas.types import Id

router = APIRouter(prefix="/events", tags=["events"])
LIST = PublicAnswer("v1:events", list[EventRead])
STATISTICS = PublicAnswer("v1:statistics", EventStatistics)


@router.post(
    "/",
    status_code=201,
    response_model=EventRead,
    summary="Plan an event",
    responses=refusals(400, 401, 403, 409, 422),
)
def create_event(data: EventCreate, user: CurrentOrganizer, events: EventServiceDep) -> Event:
    """Plan an event; for organizers."""
    return events.create_event(user, data)


@router.get(
    "/",
    response_model=list[EventRead],
    summary="List events",
    responses=refusals(422),
    openapi_extra={"security": []},
)
def list_events(
    filters: Annotated[EventFilter, Query()],
    page: PaginationDep,
    events: EventServiceDep,
    cache: CacheDep,
) -> Response:
    """Everybody's events, the soonest first unless you ask for another order."""
    asked = (filters.model_dump_json(), page.skip, page.limit)
    return LIST.to(asked, cache, lambda: events.list_events(filters, page.skip, page.limit))


@router.get(
    "/{event_id}",
    response_model=EventRead,
    summary="Read an event",
    responses=refusals(404, 422),
    openapi_extra={"security": []},
)
def read_event(event_id: Id, events: EventServiceDep) -> Event:
    """One event."""
    return events.get_event(event_id)


@router.put(
    "/{event_id}",
    response_model=EventRead,
    summary="Replace an event",
    responses=refusals(400, 401, 403, 404, 409, 422),
)
def replace_event(
    event_id: Id, data: EventCreate, user: CurrentUser, events: EventServiceDep
) -> Event:
    """Write an event anew; its organizer's right."""
    return events.replace_event(user, event_id, data)


@router.patch(
    "/{event_id}",
    response_model=EventRead,
    summary="Change an event",
    responses=refusals(400, 401, 403, 404, 409, 422),
)
def update_event(
    event_id: Id, data: EventUpdate, user: CurrentUser, events: EventServiceDep
) -> Event:
    """Change some fields of an event; its organizer's right."""
    return events.update_event(user, event_id, data)


@router.delete(
    "/{event_id}",
    status_code=204,
    summary="Delete an event",
    responses=refusals(401, 403, 404, 409, 422),
)
def delete_event(event_id: Id, user: CurrentUser, events: EventServiceDep) -> None:
    """Delete an event and its tasks; its organizer's right."""
    events.delete_event(user, event_id)


@router.get(
    "/{event_id}/statistics",
    response_model=EventStatistics,
    summary="Count an event's tasks",
    responses=refusals(404, 422),
    openapi_extra={"security": []},
)
def read_statistics(event_id: Id, events: EventServiceDep, cache: CacheDep) -> Response:
    """Task counts of one event, by status."""
    return STATISTICS.to((event_id,), cache, lambda: events.statistics(event_id))
