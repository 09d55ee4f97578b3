"""The rules of taking part."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import crud

# region task B1
from app.core import errors
# endregion
from app.models import Event, EventParticipant, EventStatus, User

# region task B3
# endregion
from app.services.event_service import EventService
from app.services.policies import ensure_may_manage_participant

CLOSED = {EventStatus.COMPLETED, EventStatus.CANCELLED}


class ParticipantService:
    """Who takes part in what. Each method that writes is one transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.events = EventService(session)

    def add(self, actor: User, event_id: int, user_id: int) -> EventParticipant:
        """NotFound for an unknown event or user; Forbidden.

        Conflict if the event is over or the user already takes part. Only the primary key can
        know the latter: two requests that both look first both see nobody.
        """
        event = self.events.get_event(event_id)
        self._ensure_active(user_id)
        ensure_may_manage_participant(actor, event, user_id)
        ensure_open(event)
        try:
            participant = crud.participant.create(self.session, event_id, user_id)
        except IntegrityError as error:
            self.session.rollback()
            raise errors.Conflict("This user already takes part") from error
        # region task B3
        # endregion
        self.session.commit()
        # region task B1
        # endregion
        return participant

    def remove(self, actor: User, event_id: int, user_id: int) -> None:
        """NotFound for an unknown event and for somebody who does not take part; Forbidden."""
        event = self.events.get_event(event_id)
        ensure_may_manage_participant(actor, event, user_id)
        if not crud.participant.delete(self.session, event_id, user_id):
            raise errors.NotFound("This user does not take part")
        self.session.commit()

    def participants_of_event(self, event_id: int, skip: int, limit: int) -> list[EventParticipant]:
        """NotFound if there is no such event: an empty list would say there is one."""
        event = self.events.get_event(event_id)
        return crud.participant.get_many(self.session, event.id, skip, limit)

    def _ensure_active(self, user_id: int) -> None:
        user = crud.user.get(self.session, user_id)
        if user is None or not user.is_active:
            raise errors.NotFound("User not found")


def ensure_open(event: Event) -> None:
    """Conflict once the event is over, or will not take place."""
    if event.status in CLOSED:
        raise errors.Conflict(f"This event is {event.status}")
