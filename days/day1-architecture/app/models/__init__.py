"""The tables. Importing this package fills Base.metadata with all of them."""

from app.models.event import Event, EventStatus
from app.models.task import Task, TaskPriority, TaskStatus
from app.models.user import User

__all__ = ["Event", "EventStatus", "Task", "TaskPriority", "TaskStatus", "User"]
