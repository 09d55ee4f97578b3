"""The tables. Importing this package fills Base.metadata with all of them."""

from app.models.event import Event, EventStatus

# region task 2.1
# endregion
from app.models.task import Task, TaskPriority, TaskStatus
from app.models.user import User

__all__ = [
    "Event",
    # region task 2.1
    # endregion
    "EventStatus",
    "Task",
    "TaskPriority",
    "TaskStatus",
    "User",
]
