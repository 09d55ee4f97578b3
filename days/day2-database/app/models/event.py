"""What is being organised."""

# region task 2.1
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

# endregion
from app.db.base import Base, Timestamps
from app.db.types import UtcDateTime, string_enum

# region task 2.1
# endregion


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
        # region task 2.4
        # endregion
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

    # region task 2.1
    # endregion
