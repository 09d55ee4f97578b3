"""Column types."""

from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An instant: `timestamptz` in PostgreSQL, always aware and in UTC in Python.

    SQLite keeps no offset. What goes in is turned to UTC first, so what comes out is UTC.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """To the database. ValueError for a naive value: it would be a guess."""
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs an offset; schemas give it one")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """From the database: whatever the session's zone, UTC."""
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value and value.astimezone(UTC)


def string_enum(kind: type[StrEnum], name: str) -> sa.Enum:
    """The enum's values (not its names) in a VARCHAR, with a CHECK that is called `name`.

    A new value is then a new CHECK, and `downgrade` leaves no type behind in PostgreSQL.
    """
    return sa.Enum(
        kind,
        name=name,
        length=20,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
    )
