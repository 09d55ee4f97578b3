"""Who uses Eventure."""

from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, Timestamps
from app.db.types import string_enum

if TYPE_CHECKING:
    from app.models.event_participant import EventParticipant


class UserRole(StrEnum):
    """What an account may do at all. What is its own, app/services/policies.py says."""

    ADMIN = "admin"
    ORGANIZER = "organizer"
    PARTICIPANT = "participant"


class User(Timestamps, Base):
    """An account. The e-mail is stored in lower case: `Ann@` and `ann@` are one person."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    hashed_password: Mapped[str] = mapped_column(sa.String(255))
    full_name: Mapped[str] = mapped_column(sa.String(200))
    is_active: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    # Read at each request, never put into a token: who is demoted is demoted at once.
    role: Mapped[UserRole] = mapped_column(
        string_enum(UserRole, name="role"),
        default=UserRole.PARTICIPANT,
        server_default=UserRole.PARTICIPANT.value,
    )

    participations: Mapped[list["EventParticipant"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True, lazy="raise"
    )
