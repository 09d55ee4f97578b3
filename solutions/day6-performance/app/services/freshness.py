# region task 6.3
"""What everybody may see is cached; so whoever writes to it has the cache forget it."""

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker

from app.core.cache import Cache
from app.models import Event, EventParticipant, Task

# What the cached answers show. A new service that writes to one of these has nothing to remember.
SHOWN = (Event, Task, EventParticipant)
CHANGED = "changes what is shown"


def forget_on_commit(sessions: sessionmaker[Session], cache: Cache) -> None:
    """Whatever a session of `sessions` writes to SHOWN, the cache forgets once it is committed.

    https://docs.sqlalchemy.org/en/21/orm/session_events.html
    """

    def after_commit(session: Session) -> None:
        if session.info.pop(CHANGED, False):
            cache.forget()

    sa.event.listen(sessions, "after_flush", note_objects)
    sa.event.listen(sessions, "do_orm_execute", note_statement)
    sa.event.listen(sessions, "after_commit", after_commit)


def note_objects(session: Session, _: object) -> None:
    """What was added, changed or deleted as objects."""
    changed = (*session.new, *session.dirty, *session.deleted)
    if any(isinstance(instance, SHOWN) for instance in changed):
        session.info[CHANGED] = True


def note_statement(state: ORMExecuteState) -> None:
    """What an UPDATE or DELETE changes past the objects."""
    mapper = state.bind_mapper
    if not state.is_select and mapper is not None and issubclass(mapper.class_, SHOWN):
        state.session.info[CHANGED] = True


# endregion
