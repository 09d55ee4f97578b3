"""Queries about tasks."""

# region task B2
#| from collections.abc import Mapping
from collections.abc import Mapping, Sequence

# endregion
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.models import Task, TaskStatus


def get(session: Session, task_id: int) -> Task | None:
    """None if there is none. Its event comes along: who may change the task depends on it."""
    return session.get(Task, task_id, options=[joinedload(Task.event, innerjoin=True)])


def get_many_of_event(session: Session, event_id: int, skip: int, limit: int) -> list[Task]:
    """A page of what an event needs done."""
    query = sa.select(Task).where(Task.event_id == event_id)
    query = query.order_by(Task.id)
    return list(session.scalars(query.offset(skip).limit(limit)))


# region task B2
def get_many_of_events(
    session: Session, event_ids: Sequence[int], skip: int, limit: int
) -> list[Task]:
    """A page of each event's tasks, of all these events in one statement.

    LIMIT would cut all of them together: each event's tasks are numbered by themselves.
    """
    number = sa.func.row_number().over(partition_by=Task.event_id, order_by=Task.id)
    numbered = sa.select(Task.id, number.label("number")).where(Task.event_id.in_(event_ids))
    page = numbered.subquery()
    query = (
        sa.select(Task)
        .join(page, page.c.id == Task.id)
        .where(page.c.number > skip, page.c.number <= skip + limit)
        .order_by(Task.id)
    )
    return list(session.scalars(query))


# endregion
def get_many_of_assignee(session: Session, user_id: int, skip: int, limit: int) -> list[Task]:
    """A page of what somebody has to do."""
    query = sa.select(Task).where(Task.assigned_to_id == user_id)
    query = query.order_by(Task.id)
    return list(session.scalars(query.offset(skip).limit(limit)))


def count_by_status(session: Session, event_id: int) -> dict[TaskStatus, int]:
    """Every status, in one query; the ones that no task has count 0."""
    query = (
        sa.select(Task.status, sa.func.count())
        .where(Task.event_id == event_id)
        .group_by(Task.status)
    )
    return dict.fromkeys(TaskStatus, 0) | dict(session.execute(query).all())


def create(session: Session, values: Mapping[str, object]) -> Task:
    """The new row, with the id that the database gave it."""
    task = Task(**values)
    session.add(task)
    session.flush()
    return task


def update(session: Session, task: Task, values: Mapping[str, object]) -> Task:
    """The same row, with `values` written over it."""
    for name, value in values.items():
        setattr(task, name, value)
    session.flush()
    return task


def delete(session: Session, task: Task) -> None:
    """Nothing hangs on a task, so nothing goes with it."""
    session.delete(task)
    session.flush()
