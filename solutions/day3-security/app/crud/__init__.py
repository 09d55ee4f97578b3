"""Queries, one module a table. A function here may flush; the service commits."""

# region task 3.1
#| from app.crud import event, participant, task, user
#|
#| __all__ = ["event", "participant", "task", "user"]
from app.crud import event, participant, refresh_token, task, user

__all__ = ["event", "participant", "refresh_token", "task", "user"]
# endregion
