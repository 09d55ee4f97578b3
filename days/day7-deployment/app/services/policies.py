"""Who may do what. A rule stands in one function, so it has one place to change."""

from collections.abc import Iterable

from app.core import errors
from app.models import Event, Task, User, UserRole


def is_admin(user: User) -> bool:
    """Whether the user may do everything, whosever it is."""
    return user.role is UserRole.ADMIN


def ensure_may_manage(user: User, event: Event) -> None:
    """The event's organizer may, and an admin; Forbidden for everybody else.

    Owning is not a role: an organizer who becomes a participant keeps their events.
    """
    if user.id != event.organizer_id and not is_admin(user):
        raise errors.Forbidden("Only the organizer may do this")


def ensure_may_update_task(user: User, task: Task, fields: Iterable[str]) -> None:
    """Who manages the event may change every field; the assignee, only the status."""
    if user.id == task.assigned_to_id and set(fields) <= {"status"}:
        return
    ensure_may_manage(user, task.event)


def ensure_may_manage_participant(user: User, event: Event, participant_id: int) -> None:
    """Everybody may speak for themselves; for others, who manages the event may."""
    if user.id != participant_id:
        ensure_may_manage(user, event)
