"""Who takes part in an event: /api/events/{event_id}/participants."""

from fastapi import APIRouter

from app.api.deps import CurrentUser, ParticipantServiceDep
from app.api.openapi import refusals
from app.api.pagination import PaginationDep
from app.models import EventParticipant
from app.schemas.participant import ParticipantRead, ParticipationRead
from app.schemas.types import Id

router = APIRouter(prefix="/events/{event_id}/participants", tags=["participants"])


@router.post(
    "/{user_id}",
    status_code=201,
    response_model=ParticipationRead,
    summary="Join an event",
    responses=refusals(401, 403, 404, 409, 422),
)
def add_participant(
    event_id: Id, user_id: Id, user: CurrentUser, participants: ParticipantServiceDep
) -> EventParticipant:
    """Join an event; its organizer may add others."""
    return participants.add(user, event_id, user_id)


@router.delete(
    "/{user_id}",
    status_code=204,
    summary="Leave an event",
    responses=refusals(401, 403, 404, 422),
)
def remove_participant(
    event_id: Id, user_id: Id, user: CurrentUser, participants: ParticipantServiceDep
) -> None:
    """Leave an event; its organizer may remove others."""
    participants.remove(user, event_id, user_id)


@router.get(
    "",
    response_model=list[ParticipantRead],
    summary="List participants",
    responses=refusals(401, 404, 422),
)
def list_participants(
    event_id: Id, _: CurrentUser, page: PaginationDep, participants: ParticipantServiceDep
) -> list[EventParticipant]:
    """Who takes part, in the order of joining."""
    return participants.participants_of_event(event_id, page.skip, page.limit)
