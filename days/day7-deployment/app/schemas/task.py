"""Tasks, in and out."""

from pydantic import BaseModel, ConfigDict, Field

from app.models import TaskPriority, TaskStatus
from app.schemas.types import Description, Id, Title, UtcDatetime, absent


class TaskCreate(BaseModel):
    """A task belongs to one event for good, and may be somebody's."""

    title: Title
    description: Description | None = None
    status: TaskStatus = TaskStatus.TODO
    priority: TaskPriority = TaskPriority.MEDIUM
    due_date: UtcDatetime | None = None
    event_id: Id
    assigned_to_id: Id | None = None


class TaskUpdate(BaseModel):
    """PATCH: only the fields that were sent change; null takes the task from its assignee."""

    title: Title = Field(default_factory=absent)
    description: Description | None = None
    status: TaskStatus = Field(default_factory=absent)
    priority: TaskPriority = Field(default_factory=absent)
    due_date: UtcDatetime | None = None
    assigned_to_id: Id | None = None


class TaskRead(BaseModel):
    """A task as it is stored."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    description: str | None
    status: TaskStatus
    priority: TaskPriority
    due_date: UtcDatetime | None
    event_id: int
    assigned_to_id: int | None
    created_at: UtcDatetime
    updated_at: UtcDatetime | None
