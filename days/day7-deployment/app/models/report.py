"""What was counted for an event, by a worker, some time after it was asked for."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import UtcDateTime, string_enum


class ReportState(StrEnum):
    """How far a report has come. Celery is not asked: to it, an id it never saw is PENDING."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Report(Base):
    """One request for a report, and in the end its result. It goes when its event goes.

    The id cannot be guessed, and it is known before the row is written.
    """

    __tablename__ = "reports"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    event_id: Mapped[int] = mapped_column(
        sa.ForeignKey("events.id", ondelete="CASCADE"), index=True
    )
    requested_by: Mapped[int] = mapped_column(
        sa.ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[ReportState] = mapped_column(
        string_enum(ReportState, name="state"),
        default=ReportState.PENDING,
        server_default=ReportState.PENDING.value,
    )
    # Any: what JSON may hold. app/schemas/report.py says what is written into it.
    result: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=sa.func.now())
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
