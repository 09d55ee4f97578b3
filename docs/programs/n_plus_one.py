"""Day 5's models on SQLite: how many statements one page of events sends."""

# %% lazy
import logging
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.db.base import Base
from app.models import Event, Task, User

EVENTS, TASKS = 5, 3
engine = sa.create_engine("sqlite://")
Base.metadata.create_all(engine)


def fill(session):
    """Some events with the same number of tasks each, all of one organizer."""
    organizer = User(email="ann@example.com", full_name="Ann", hashed_password="-")
    session.add(organizer)
    session.flush()
    start = datetime(2031, 5, 1, 10, tzinfo=UTC)
    times = {"start_time": start, "end_time": start + timedelta(hours=2)}
    for number in range(1, EVENTS + 1):
        event = Event(title=f"Event {number}", organizer_id=organizer.id, **times)
        session.add(event)
        session.flush()
        session.add_all(Task(title=f"Task {n}", event_id=event.id) for n in range(TASKS))
    session.commit()


def page(*options):
    """Every event with the number of its tasks, while SQLAlchemy logs what it sends."""
    before = len(sent)
    log.setLevel(logging.INFO)
    with Session(engine) as session:
        for event in session.scalars(
            sa.select(Event).order_by(Event.id).options(*options)
        ):
            print(f"--> {event.title}: {len(event.tasks)} tasks")
    log.setLevel(logging.WARNING)
    print(f"\n{EVENTS} events, {len(sent) - before} statements")


class Printed(logging.Handler):
    """Prints what is logged: SQLAlchemy's own lines, as they are."""

    def emit(self, record):
        print(record.getMessage())


sent = []
sa.event.listen(engine, "before_cursor_execute", lambda *call: sent.append(call[2]))
log = logging.getLogger("sqlalchemy.engine")
log.handlers, log.propagate = [Printed()], False
with Session(engine) as session:
    fill(session)

page()

# %% selectin
page(selectinload(Event.tasks))

# %% count
log.setLevel(logging.INFO)
with Session(engine) as session:
    tasks = sa.func.count(Task.id)
    query = (
        sa.select(Event.title, tasks)
        .outerjoin(Task)
        .group_by(Event.id)
        .order_by(Event.id)
    )
    for title, count in session.execute(query):
        print(f"--> {title}: {count} tasks")
