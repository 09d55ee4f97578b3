"""Who uses Eventure."""

# region task 3.3
#| from typing import TYPE_CHECKING
#|
from enum import StrEnum
from typing import TYPE_CHECKING

# endregion
# region task 3.3
#| import sqlalchemy as sa
#| from sqlalchemy.orm import Mapped, mapped_column, relationship
#|
#| from app.db.base import Base, Timestamps
#|
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, Timestamps
from app.db.types import string_enum

# endregion
if TYPE_CHECKING:
    from app.models.event_participant import EventParticipant


# region task 3.3
class UserRole(StrEnum):
    """What an account may do at all. What is its own, app/services/policies.py says."""

    ADMIN = "admin"
    ORGANIZER = "organizer"
    PARTICIPANT = "participant"


# endregion
class User(Timestamps, Base):
    """An account. The e-mail is stored in lower case: `Ann@` and `ann@` are one person."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    hashed_password: Mapped[str] = mapped_column(sa.String(255))
    full_name: Mapped[str] = mapped_column(sa.String(200))
    is_active: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    # region task 3.3
    #| is_superuser: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    # Read at each request, never put into a token: who is demoted is demoted at once.
    role: Mapped[UserRole] = mapped_column(
        string_enum(UserRole, name="role"),
        default=UserRole.PARTICIPANT,
        server_default=UserRole.PARTICIPANT.value,
    )
    # endregion

    participations: Mapped[list["EventParticipant"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )
