"""Queries, one module a table. A function here may flush; the service commits."""

from app.crud import event, task, user

__all__ = ["event", "task", "user"]
