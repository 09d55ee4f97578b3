"""The tables. Importing this package fills Base.metadata with all of them."""

from app.models.event import Event, EventStatus
from app.models.event_participant import EventParticipant

# region task 3.1
# endregion
from app.models.task import Task, TaskPriority, TaskStatus

# region task 3.3
from app.models.user import User

# endregion

__all__ = [
    "Event",
    "EventParticipant",
    "EventStatus",
    # region task 3.1
    # endregion
    "Task",
    "TaskPriority",
    "TaskStatus",
    "User",
    # region task 3.3
    # endregion
]
