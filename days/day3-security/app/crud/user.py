"""Queries about users."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

# region task 3.3
from app.models import User

# endregion


def get(session: Session, user_id: int) -> User | None:
    """None if there is none."""
    return session.get(User, user_id)


def get_by_email(session: Session, email: str) -> User | None:
    """`email` in lower case, as it is stored."""
    return session.scalars(sa.select(User).where(User.email == email)).one_or_none()


def get_many(session: Session, skip: int, limit: int) -> list[User]:
    """A page of all users, the oldest account first."""
    query = sa.select(User).order_by(User.id).offset(skip).limit(limit)
    return list(session.scalars(query))


def create(session: Session, values: Mapping[str, object]) -> User:
    """IntegrityError if the e-mail is taken."""
    user = User(**values)
    session.add(user)
    session.flush()
    return user


# region task 3.3
# endregion
