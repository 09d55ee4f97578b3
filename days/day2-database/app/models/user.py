"""Who uses Eventure."""

# region task 2.1
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

# endregion
from app.db.base import Base, Timestamps

# region task 2.1
# endregion


class User(Timestamps, Base):
    """An account. The e-mail is stored in lower case: `Ann@` and `ann@` are one person."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    hashed_password: Mapped[str] = mapped_column(sa.String(255))
    full_name: Mapped[str] = mapped_column(sa.String(200))
    is_active: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    is_superuser: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    # region task 2.1
    # endregion
