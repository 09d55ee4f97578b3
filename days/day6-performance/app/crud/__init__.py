"""Queries, one module a table. A function here may flush; the service commits."""

# region task 6.5
from app.crud import event, participant, refresh_token, task, user

__all__ = ["event", "participant", "refresh_token", "task", "user"]
# endregion
