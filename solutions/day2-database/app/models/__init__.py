"""The tables. Importing this package fills Base.metadata with all of them."""

from app.models.event import Event, EventStatus

# region task 2.1
from app.models.event_participant import EventParticipant

# endregion
from app.models.task import Task, TaskPriority, TaskStatus
from app.models.user import User

__all__ = [
    "Event",
    # region task 2.1
    "EventParticipant",
    # endregion
    "EventStatus",
    "Task",
    "TaskPriority",
    "TaskStatus",
    "User",
]
