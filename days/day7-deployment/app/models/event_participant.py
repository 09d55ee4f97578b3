"""Who takes part in what."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base
from app.db.types import UtcDateTime

if TYPE_CHECKING:
    from app.models.event import Event
    from app.models.user import User


class EventParticipant(Base):
    """One user in one event: the pair is the key, so nobody joins twice.

    A class and not a bare Table, because the pair has a property of its own: `joined_at`.
    """

    __tablename__ = "event_participants"

    event_id: Mapped[int] = mapped_column(
        sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True
    )
    # The key finds the users of an event. The events of a user need an index of their own.
    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=sa.func.now())

    event: Mapped["Event"] = relationship(back_populates="participants", lazy="raise")
    user: Mapped["User"] = relationship(back_populates="participations", lazy="raise")

    full_name: AssociationProxy[str] = association_proxy("user", "full_name")
