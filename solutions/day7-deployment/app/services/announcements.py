# region task B3
"""What is told to open sockets: noted by a service, told once it is committed."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from app.core.live import Message, Publisher

NOTED = "messages for sockets"


def announce(session: Session, kind: str, **fields: object) -> None:
    """Told when this session commits; forgotten when it rolls back."""
    session.info.setdefault(NOTED, []).append({"type": kind, **fields})


def publish_on_commit(sessions: sessionmaker[Session], publisher: Publisher) -> None:
    """https://docs.sqlalchemy.org/en/21/orm/session_events.html"""

    def after_commit(session: Session) -> None:
        messages: list[Message] = session.info.pop(NOTED, [])
        for message in messages:
            publisher.publish(message)

    def after_rollback(session: Session) -> None:
        session.info.pop(NOTED, None)

    sa.event.listen(sessions, "after_commit", after_commit)
    sa.event.listen(sessions, "after_rollback", after_rollback)


# endregion
