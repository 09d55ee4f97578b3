"""The base of the models."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.db.types import UtcDateTime


class Base(DeclarativeBase):
    """Every constraint gets a name we can foresee, so that a migration can drop it by name.

    https://alembic.sqlalchemy.org/en/latest/naming.html
    """

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    # What the database fills in comes back with the INSERT or UPDATE itself (RETURNING),
    # not with another query after the commit.
    __mapper_args__ = {"eager_defaults": True}


class Timestamps:
    """When a row was made, and when it last changed: NULL until it does."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime, server_default=sa.func.now())
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime, onupdate=sa.func.now())
