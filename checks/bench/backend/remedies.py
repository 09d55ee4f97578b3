"""What a query could return in the place of objects: tried by `checks.bench.backend.cpu`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

ORGANIZER, NAME = "organizer", "organizer_name"
COUNTS = ("task_count", "completed_count", "participant_count")


@contextmanager
def columns_for_objects(day: ModuleType) -> Iterator[None]:
    """Both lists select columns: the same rows, and SQLAlchemy makes no object of any."""
    crud, event = day.crud.event, day.models.Event
    names = ("get_many", "get_many_with_counts")
    own = {name: getattr(crud, name) for name in names}

    def get_many(session: Session, search: Any, skip: int, limit: int) -> Sequence[Any]:
        query = sa.select(*event.__table__.c).where(*search.where()).order_by(*search.order_by())
        return session.execute(query.offset(skip).limit(limit)).all()

    def get_many_with_counts(
        session: Session, search: Any, skip: int, limit: int
    ) -> list[dict[str, Any]]:
        return [_nested(row) for row in session.execute(_page(day, search, skip, limit)).mappings()]

    crud.get_many, crud.get_many_with_counts = get_many, get_many_with_counts
    try:
        yield
    finally:
        vars(crud).update(own)


def _page(day: ModuleType, search: Any, skip: int, limit: int) -> "sa.Select[Any]":
    """v2's statement, as columns: the ids first, then the counts of those events alone."""
    event, task, user = day.models.Event, day.models.Task, day.models.User
    participant = day.models.EventParticipant
    tasks = sa.select(sa.func.count()).where(task.event_id == event.id)
    completed = tasks.where(task.status == day.models.TaskStatus.COMPLETED)
    people = sa.select(sa.func.count()).where(participant.event_id == event.id)
    counts = zip(COUNTS, (tasks, completed, people), strict=True)
    columns = [query.scalar_subquery().label(name) for name, query in counts]
    ids = sa.select(event.id).where(*search.where()).order_by(*search.order_by())
    page = ids.offset(skip).limit(limit).subquery()
    query = sa.select(*event.__table__.c, user.full_name.label(NAME), *columns)
    joined = query.join(page, page.c.id == event.id).join(user, user.id == event.organizer_id)
    return joined.order_by(*search.order_by())


def _nested(row: sa.RowMapping) -> dict[str, Any]:
    return {**row, ORGANIZER: {"id": row["organizer_id"], "full_name": row[NAME]}}


@contextmanager
def without_total(day: ModuleType) -> Iterator[None]:
    """v2's page sends no second statement: its `total` is a constant."""
    crud = day.crud.event
    own, crud.count = crud.count, lambda *_: 0
    try:
        yield
    finally:
        crud.count = own
