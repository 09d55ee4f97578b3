"""What is being organised."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from app.db.base import Base, Timestamps
from app.db.types import UtcDateTime, string_enum

if TYPE_CHECKING:
    from app.models.event_participant import EventParticipant
    from app.models.user import User


class EventStatus(StrEnum):
    """How far an event has come."""

    PLANNING = "planning"
    SCHEDULED = "scheduled"
    ONGOING = "ongoing"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Event(Timestamps, Base):
    """Owned by its organizer, who cannot be deleted while it exists."""

    __tablename__ = "events"
    __table_args__ = (
        sa.CheckConstraint("end_time > start_time", name="end_after_start"),
        # "Ann's events that are planned, the soonest first": equality on two, then the order.
        sa.Index(None, "organizer_id", "status", "start_time", "id"),
        # The order of the list, whole: with start_time alone, equal times are sorted each time.
        sa.Index(None, "start_time", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str | None] = mapped_column(sa.Text)
    location: Mapped[str | None] = mapped_column(sa.String(300))
    start_time: Mapped[datetime] = mapped_column(UtcDateTime)
    end_time: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[EventStatus] = mapped_column(
        string_enum(EventStatus, name="status"),
        default=EventStatus.PLANNING,
        server_default=EventStatus.PLANNING.value,
    )
    organizer_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="RESTRICT"))

    # passive_deletes: the database's ON DELETE CASCADE does it, without loading every row first.
    participants: Mapped[list["EventParticipant"]] = relationship(
        back_populates="event", cascade="all, delete-orphan", passive_deletes=True, lazy="raise"
    )
    # For reading: writing goes through the foreign keys, so that each has one owner.
    organizer: Mapped["User"] = relationship(viewonly=True, lazy="raise")
    # What v2 shows besides: filled by the queries that ask for it (app/crud/event.py), else None.
    task_count: Mapped[int] = query_expression()
    completed_count: Mapped[int] = query_expression()
    participant_count: Mapped[int] = query_expression()
