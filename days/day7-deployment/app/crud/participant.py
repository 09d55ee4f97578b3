"""Queries about participants."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.models import EventParticipant, User


def get_many(session: Session, event_id: int, skip: int, limit: int) -> list[EventParticipant]:
    """A page of an event's participants, who joined first comes first; users loaded along."""
    query = (
        sa.select(EventParticipant)
        .join(EventParticipant.user)
        .options(contains_eager(EventParticipant.user).load_only(User.full_name))
        .where(EventParticipant.event_id == event_id)
        .order_by(EventParticipant.joined_at, EventParticipant.user_id)
        .offset(skip)
        .limit(limit)
    )
    return list(session.scalars(query))


def count(session: Session, event_id: int) -> int:
    """How many take part in an event."""
    query = sa.select(sa.func.count()).where(EventParticipant.event_id == event_id)
    return session.execute(query).scalar_one()


def create(session: Session, event_id: int, user_id: int) -> EventParticipant:
    """IntegrityError if the pair is there already, even if it was written a moment ago."""
    participant = EventParticipant(event_id=event_id, user_id=user_id)
    session.add(participant)
    session.flush()
    return participant


def delete(session: Session, event_id: int, user_id: int) -> bool:
    """Whether there was one. One statement: of two requests at once, one is told so."""
    query = (
        sa.delete(EventParticipant)
        .where(EventParticipant.event_id == event_id, EventParticipant.user_id == user_id)
        .returning(EventParticipant.user_id)
    )
    return session.scalar(query) is not None
