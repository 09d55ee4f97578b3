"""Queries about users."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import User, UserRole


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


def count(session: Session) -> int:
    """How many accounts there are."""
    return session.execute(sa.select(sa.func.count()).select_from(User)).scalar_one()


def create(session: Session, values: Mapping[str, object]) -> User:
    """IntegrityError if the e-mail is taken."""
    user = User(**values)
    session.add(user)
    session.flush()
    return user


def update(session: Session, user: User, values: Mapping[str, object]) -> User:
    """The same row, with `values` written over it."""
    for name, value in values.items():
        setattr(user, name, value)
    session.flush()
    return user


def lock_active_admins(session: Session) -> list[User]:
    """Whoever else wants them locked waits for the end of this transaction.

    In the order of ids, so that two who lock them never wait for each other; and read anew,
    because what this session knows of them may be what they were before the wait.
    """
    query = (
        sa.select(User)
        .where(User.role == UserRole.ADMIN, User.is_active)
        .order_by(User.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(query))
