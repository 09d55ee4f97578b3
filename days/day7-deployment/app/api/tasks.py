"""The tasks of events: /api/tasks."""

from fastapi import APIRouter, Depends

from app.api.deps import CurrentUser, TaskServiceDep, get_current_user
from app.api.openapi import refusals
from app.api.pagination import PaginationDep
from app.models import Task
from app.schemas.task import TaskCreate, TaskRead, TaskUpdate
from app.schemas.types import Id

# Nobody reads tasks without saying who they are.
router = APIRouter(prefix="/tasks", tags=["tasks"], dependencies=[Depends(get_current_user)])


@router.post(
    "/",
    status_code=201,
    response_model=TaskRead,
    summary="Add a task",
    responses=refusals(401, 403, 404, 409, 422),
)
def create_task(data: TaskCreate, user: CurrentUser, tasks: TaskServiceDep) -> Task:
    """Add a task to an event; its organizer's right."""
    return tasks.create_task(user, data)


# /{task_id:int} takes numbers only, so that "my-tasks" is no id, whatever the method.
@router.get(
    "/my-tasks",
    response_model=list[TaskRead],
    summary="List my tasks",
    responses=refusals(401, 422),
)
def list_my_tasks(user: CurrentUser, page: PaginationDep, tasks: TaskServiceDep) -> list[Task]:
    """What you have to do."""
    return tasks.tasks_of_assignee(user, page.skip, page.limit)


@router.get(
    "/event/{event_id}",
    response_model=list[TaskRead],
    summary="List an event's tasks",
    responses=refusals(401, 404, 422),
)
def list_tasks_of_event(event_id: Id, page: PaginationDep, tasks: TaskServiceDep) -> list[Task]:
    """What an event needs done."""
    return tasks.tasks_of_event(event_id, page.skip, page.limit)


@router.get(
    "/{task_id:int}",
    response_model=TaskRead,
    summary="Read a task",
    responses=refusals(401, 404, 422),
)
def read_task(task_id: Id, tasks: TaskServiceDep) -> Task:
    """One task."""
    return tasks.get_task(task_id)


@router.patch(
    "/{task_id:int}",
    response_model=TaskRead,
    summary="Change a task",
    responses=refusals(401, 403, 404, 409, 422),
)
def update_task(task_id: Id, data: TaskUpdate, user: CurrentUser, tasks: TaskServiceDep) -> Task:
    """Change some fields of a task; its assignee may change the status."""
    return tasks.update_task(user, task_id, data)


@router.delete(
    "/{task_id:int}",
    status_code=204,
    summary="Delete a task",
    responses=refusals(401, 403, 404, 409, 422),
)
def delete_task(task_id: Id, user: CurrentUser, tasks: TaskServiceDep) -> None:
    """Delete a task; the organizer's right."""
    tasks.delete_task(user, task_id)
