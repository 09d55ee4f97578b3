"""What has to be done for an event."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, Timestamps
from app.db.types import UtcDateTime, string_enum
from app.models.event import Event


class TaskStatus(StrEnum):
    """How far a task has come."""

    TODO = "todo"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class TaskPriority(StrEnum):
    """How soon a task matters."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    URGENT = "urgent"


class Task(Timestamps, Base):
    """Goes when its event goes; stays, unassigned, when its assignee goes."""

    __tablename__ = "tasks"
    __table_args__ = (
        # The statistics' count by status: read from the index alone.
        sa.Index(None, "event_id", "status"),
        # The tasks of an event, and those of an assignee, in the order of their lists.
        sa.Index(None, "event_id", "id"),
        sa.Index(None, "assigned_to_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str | None] = mapped_column(sa.Text)
    status: Mapped[TaskStatus] = mapped_column(
        string_enum(TaskStatus, name="status"),
        default=TaskStatus.TODO,
        server_default=TaskStatus.TODO.value,
    )
    priority: Mapped[TaskPriority] = mapped_column(
        string_enum(TaskPriority, name="priority"),
        default=TaskPriority.MEDIUM,
        server_default=TaskPriority.MEDIUM.value,
    )
    due_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    assigned_to_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("users.id", ondelete="SET NULL")
    )

    event: Mapped[Event] = relationship(lazy="raise")
