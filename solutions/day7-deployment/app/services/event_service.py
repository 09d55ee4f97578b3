"""The rules of events."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import crud

# region task B1
#| from app.core import errors
from app.core import counters, errors

# endregion
from app.models import Event, TaskStatus, User
from app.schemas.event import EventCreate, EventFilter, EventStatistics, EventUpdate, EventV2
from app.schemas.page import Page

# region task B3
from app.services.announcements import announce

# endregion
from app.services.policies import ensure_may_manage


class EventService:
    """Events. Each method that writes is one transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def create_event(self, organizer: User, data: EventCreate) -> Event:
        """The caller becomes the organizer. InvalidState if the event ends before it starts."""
        ensure_order(data.start_time, data.end_time)
        values = {**data.model_dump(), "organizer_id": organizer.id}
        event = crud.event.create(self.session, values)
        self.session.commit()
        # region task B1
        # After the commit: what is rolled back has not happened, and a counter never goes down.
        counters.EVENTS_CREATED.inc()
        # endregion
        return event

    def get_event(self, event_id: int) -> Event:
        """NotFound if there is none."""
        event = crud.event.get(self.session, event_id)
        if event is None:
            raise errors.NotFound("Event not found")
        return event

    def get_event_with_counts(self, event_id: int) -> Event:
        """The event as v2 shows it. NotFound if there is none."""
        event = crud.event.get_with_counts(self.session, event_id)
        if event is None:
            raise errors.NotFound("Event not found")
        return event

    def list_events(self, filters: EventFilter, skip: int, limit: int) -> list[Event]:
        """Everybody's; no right is needed to see them."""
        search = crud.event.Search(**filters.model_dump())
        return crud.event.get_many(self.session, search, skip, limit)

    # region task B2
    def list_with_organizers(self, skip: int, limit: int) -> list[Event]:
        """As list_events without a filter, each with its organizer."""
        return crud.event.get_many_with_organizers(self.session, skip, limit)

    def get_with_organizer(self, event_id: int) -> Event:
        """NotFound if there is none."""
        event = crud.event.get_with_organizer(self.session, event_id)
        if event is None:
            raise errors.NotFound("Event not found")
        return event

    # endregion
    def page_of_events(self, filters: EventFilter, page: int, page_size: int) -> Page[EventV2]:
        """Page 1 is the first. Beyond the last one there is nothing, and that is no error.

        Two statements: while somebody adds an event, `total` may be ahead of the items by one.
        """
        search = crud.event.Search(**filters.model_dump())
        skip = (page - 1) * page_size
        found = crud.event.get_many_with_counts(self.session, search, skip, page_size)
        items = [EventV2.model_validate(event) for event in found]
        total = crud.event.count(self.session, search)
        return Page(items=items, total=total, page=page, page_size=page_size)

    def replace_event(self, user: User, event_id: int, data: EventCreate) -> Event:
        """A field that was not sent goes back to its default. Errors as in update_event."""
        return self._change(user, event_id, data.model_dump())

    def update_event(self, user: User, event_id: int, data: EventUpdate) -> Event:
        """NotFound; Forbidden; InvalidState if the event would end before it starts."""
        return self._change(user, event_id, data.model_dump(exclude_unset=True))

    def delete_event(self, user: User, event_id: int) -> None:
        """Its tasks go with it. NotFound; Forbidden."""
        event = self.get_event(event_id)
        ensure_may_manage(user, event)
        crud.event.delete(self.session, event)
        self.session.commit()

    def statistics(self, event_id: int) -> EventStatistics:
        """Task counts by status. NotFound if there is no such event; zeros if it has no tasks."""
        event = self.get_event(event_id)
        count = crud.task.count_by_status(self.session, event.id)
        return EventStatistics(
            event_id=event.id,
            total_tasks=sum(count.values()),
            completed_tasks=count[TaskStatus.COMPLETED],
            pending_tasks=count[TaskStatus.TODO] + count[TaskStatus.IN_PROGRESS],
            cancelled_tasks=count[TaskStatus.CANCELLED],
        )

    # dict[str, Any] is what model_dump gives: the schema has already checked every value.
    def _change(self, user: User, event_id: int, values: dict[str, Any]) -> Event:
        event = self.get_event(event_id)
        ensure_may_manage(user, event)
        # One time may be sent and the other stored: the rule is about what would stand there.
        ensure_order(
            values.get("start_time", event.start_time), values.get("end_time", event.end_time)
        )
        crud.event.update(self.session, event, values)
        # region task B3
        announce(self.session, "event.updated", event_id=event.id, title=event.title)
        # endregion
        self.session.commit()
        return event


def ensure_order(start: datetime, end: datetime) -> None:
    """InvalidState unless `end` comes after `start`."""
    if end <= start:
        raise errors.InvalidState("An event must end after it starts")
