"""The tables. Importing this package fills Base.metadata with all of them."""

from app.models.event import Event, EventStatus
from app.models.event_participant import EventParticipant
from app.models.refresh_token import RefreshToken
from app.models.report import Report, ReportState
from app.models.task import Task, TaskPriority, TaskStatus
from app.models.user import User, UserRole

__all__ = [
    "Event",
    "EventParticipant",
    "EventStatus",
    "RefreshToken",
    "Report",
    "ReportState",
    "Task",
    "TaskPriority",
    "TaskStatus",
    "User",
    "UserRole",
]
