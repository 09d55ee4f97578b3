"""Queries about refresh tokens."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import RefreshToken


def create(session: Session, values: Mapping[str, object]) -> RefreshToken:
    """The new row."""
    token = RefreshToken(**values)
    session.add(token)
    session.flush()
    return token


def use(session: Session, jti: UUID, now: datetime) -> bool:
    """Whether the token was good for one use, which is now spent.

    One statement: of two requests at once the second waits for the first one's commit, looks
    at the row again, and finds it used. A query before the update would let both pass.
    """
    query = (
        sa.update(RefreshToken)
        .where(
            RefreshToken.jti == jti,
            RefreshToken.used_at.is_(None),
            RefreshToken.revoked_at.is_(None),
            RefreshToken.expires_at > now,
        )
        .values(used_at=now)
        .returning(RefreshToken.jti)
    )
    return session.scalar(query) is not None


def is_alive(session: Session, family: UUID) -> bool:
    """Whether none of a login's tokens was revoked. A login that we do not know is not alive."""
    query = sa.select(sa.func.count(), sa.func.count(RefreshToken.revoked_at)).where(
        RefreshToken.family == family
    )
    known, revoked = session.execute(query).one()
    return bool(known) and not revoked


def revoke_family(session: Session, family: UUID, now: datetime) -> None:
    """Every token of one login; a second time changes nothing."""
    session.execute(
        sa.update(RefreshToken)
        .where(RefreshToken.family == family, RefreshToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def revoke_all(session: Session, user_id: int, now: datetime) -> None:
    """Every login of one user."""
    session.execute(
        sa.update(RefreshToken)
        .where(RefreshToken.user_id == user_id, RefreshToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def delete_expired(session: Session, now: datetime) -> int:
    """How many rows nobody needs any more.

    A revoked one is needed as long as its family has a token that would be good without it.
    """
    live_families = sa.select(RefreshToken.family).where(RefreshToken.expires_at > now)
    query = (
        sa.delete(RefreshToken)
        .where(
            RefreshToken.expires_at <= now,
            RefreshToken.revoked_at.is_(None) | RefreshToken.family.not_in(live_families),
        )
        .returning(RefreshToken.jti)
        .execution_options(synchronize_session=False)
    )
    return len(session.scalars(query).all())
