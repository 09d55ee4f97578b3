"""The rules of tasks."""

# region task B2
from collections.abc import Sequence

# endregion
from sqlalchemy.orm import Session

from app import crud
from app.core import errors
from app.models import Task, User
from app.schemas.task import TaskCreate, TaskUpdate
from app.services.event_service import EventService
from app.services.policies import ensure_may_manage, ensure_may_update_task


class TaskService:
    """Tasks. Each method that writes is one transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.events = EventService(session)

    def create_task(self, user: User, data: TaskCreate) -> Task:
        """NotFound for an unknown event or assignee; Forbidden."""
        event = self.events.get_event(data.event_id)
        ensure_may_manage(user, event)
        self._ensure_user_exists(data.assigned_to_id)
        task = crud.task.create(self.session, data.model_dump())
        self.session.commit()
        return task

    def get_task(self, task_id: int) -> Task:
        """NotFound if there is none."""
        task = crud.task.get(self.session, task_id)
        if task is None:
            raise errors.NotFound("Task not found")
        return task

    def tasks_of_event(self, event_id: int, skip: int, limit: int) -> list[Task]:
        """NotFound if there is no such event: an empty list would say there is one."""
        event = self.events.get_event(event_id)
        return crud.task.get_many_of_event(self.session, event.id, skip, limit)

    # region task B2
    def tasks_of_events(
        self, event_ids: Sequence[int], skip: int, limit: int
    ) -> dict[int, list[Task]]:
        """The same part of each event's list, by the event's id; an event without any has none."""
        found: dict[int, list[Task]] = {}
        for task in crud.task.get_many_of_events(self.session, event_ids, skip, limit):
            found.setdefault(task.event_id, []).append(task)
        return found

    # endregion
    def tasks_of_assignee(self, user: User, skip: int, limit: int) -> list[Task]:
        """What the user has to do, of any event."""
        return crud.task.get_many_of_assignee(self.session, user.id, skip, limit)

    def update_task(self, user: User, task_id: int, data: TaskUpdate) -> Task:
        """NotFound for an unknown task or assignee; Forbidden."""
        task = self.get_task(task_id)
        values = data.model_dump(exclude_unset=True)
        ensure_may_update_task(user, task, values)
        self._ensure_user_exists(values.get("assigned_to_id"))
        crud.task.update(self.session, task, values)
        self.session.commit()
        return task

    def delete_task(self, user: User, task_id: int) -> None:
        """NotFound; Forbidden."""
        task = self.get_task(task_id)
        ensure_may_manage(user, task.event)
        crud.task.delete(self.session, task)
        self.session.commit()

    def _ensure_user_exists(self, user_id: int | None) -> None:
        if user_id is not None and crud.user.get(self.session, user_id) is None:
            raise errors.NotFound("Assignee not found")
