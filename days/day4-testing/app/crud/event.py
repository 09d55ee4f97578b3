"""Queries about events."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import Event


def get(session: Session, event_id: int) -> Event | None:
    """None if there is none."""
    return session.get(Event, event_id)


def get_many(session: Session, skip: int, limit: int) -> list[Event]:
    """A page of all events."""
    query = sa.select(Event).order_by(Event.start_time, Event.id)
    return list(session.scalars(query.offset(skip).limit(limit)))


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
