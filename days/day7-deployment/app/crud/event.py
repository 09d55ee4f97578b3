"""Queries about events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, with_expression

from app.models import Event, EventParticipant, EventStatus, Task, TaskStatus, User

# A name from outside picks a column here. getattr(Event, name) would find `metadata`, too.
SORT_COLUMNS = {
    "start_time": Event.start_time,
    "end_time": Event.end_time,
    "title": Event.title,
    "created_at": Event.created_at,
    "id": Event.id,
}

_TASKS = sa.select(sa.func.count()).where(Task.event_id == Event.id)
_PARTICIPANTS = sa.select(sa.func.count()).where(EventParticipant.event_id == Event.id)
# Of each event its own rows are counted, where it stands: joined, they would multiply each other.
WITH_COUNTS = (
    joinedload(Event.organizer, innerjoin=True).load_only(User.full_name),
    with_expression(Event.task_count, _TASKS.scalar_subquery()),
    with_expression(
        Event.completed_count, _TASKS.where(Task.status == TaskStatus.COMPLETED).scalar_subquery()
    ),
    with_expression(Event.participant_count, _PARTICIPANTS.scalar_subquery()),
)


@dataclass(frozen=True)
class Search:
    """Which events, in which order. None asks for nothing; 0 or an empty text would."""

    status: EventStatus | None = None
    organizer_id: int | None = None
    start_date: datetime | None = None
    end_date: datetime | None = None
    sort_by: str = "start_time"
    order: str = "asc"

    def where(self) -> list[sa.ColumnElement[bool]]:
        """What an event must be; a list and its count ask the same."""
        conditions = []
        if self.status is not None:
            conditions.append(Event.status == self.status)
        if self.organizer_id is not None:
            conditions.append(Event.organizer_id == self.organizer_id)
        if self.start_date is not None:
            conditions.append(Event.start_time >= self.start_date)
        if self.end_date is not None:
            conditions.append(Event.start_time <= self.end_date)
        return conditions

    def order_by(self) -> list[sa.ColumnElement[object]]:
        """The id last: events with equal keys must not change places between two pages."""
        keys = (SORT_COLUMNS[self.sort_by], Event.id)
        return [key.desc() if self.order == "desc" else key.asc() for key in keys]


def get(session: Session, event_id: int) -> Event | None:
    """None if there is none."""
    return session.get(Event, event_id)


def get_many(session: Session, search: Search, skip: int, limit: int) -> list[Event]:
    """A page of the events that are searched for."""
    query = sa.select(Event).where(*search.where()).order_by(*search.order_by())
    return list(session.scalars(query.offset(skip).limit(limit)))


def get_with_counts(session: Session, event_id: int) -> Event | None:
    """An event with all that v2 shows of it, in one statement; None if there is none."""
    query = sa.select(Event).where(Event.id == event_id).options(*WITH_COUNTS)
    return session.scalars(query).one_or_none()


def get_many_with_counts(session: Session, search: Search, skip: int, limit: int) -> list[Event]:
    """A page with all that v2 shows, in one statement, however many events are on it.

    The page's ids come first: OFFSET computes every column of the rows that it skips, counts too.
    """
    ids = sa.select(Event.id).where(*search.where()).order_by(*search.order_by())
    page = ids.offset(skip).limit(limit).subquery()
    query = sa.select(Event).join(page, page.c.id == Event.id).order_by(*search.order_by())
    return list(session.scalars(query.options(*WITH_COUNTS)))


# region task B2
# endregion
def count(session: Session, search: Search) -> int:
    """How many there are on all pages together."""
    query = sa.select(sa.func.count()).select_from(Event).where(*search.where())
    return session.execute(query).scalar_one()


def create(session: Session, values: Mapping[str, object]) -> Event:
    """The new row, with the id that the database gave it."""
    event = Event(**values)
    session.add(event)
    session.flush()
    return event


def update(session: Session, event: Event, values: Mapping[str, object]) -> Event:
    """The same row, with `values` written over it."""
    for name, value in values.items():
        setattr(event, name, value)
    session.flush()
    return event


def delete(session: Session, event: Event) -> None:
    """Its tasks go with it: the database's ON DELETE CASCADE sees to that."""
    session.delete(event)
    session.flush()
