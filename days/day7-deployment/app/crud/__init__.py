"""Queries, one module a table. A function here may flush; the service commits."""

from app.crud import event, participant, refresh_token, report, task, user

__all__ = ["event", "participant", "refresh_token", "report", "task", "user"]
