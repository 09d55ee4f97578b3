# region task B2
"""The types of the schema. Their plain fields are those of app/schemas, which REST shows."""

from collections.abc import Sequence
from datetime import datetime

import strawberry
from graphql import GraphQLError

from app.api.graphql.context import GraphQLContext, GraphQLInfo
from app.api.graphql.limits import DEFAULT_PAGE_SIZE
from app.api.pagination import MAX_PAGE_SIZE
from app.models import Event, EventStatus, Task, TaskPriority, TaskStatus, User
from app.schemas.event import EventRead
from app.schemas.task import TaskRead

for kind in (EventStatus, TaskStatus, TaskPriority):
    strawberry.enum(kind)


@strawberry.type(name="User")
class UserType:
    """Somebody, as others see them."""

    id: int
    full_name: str

    @strawberry.field
    def email(self, info: GraphQLInfo) -> str | None:
        """For themselves, and for admins: by the rule of GET /users/{user_id}.

        The session has loaded this user along with an event that `Batch` keeps: no statement.
        """
        return info.context.users.get_user(info.context.require_user(), self.id).email


@strawberry.type(name="Event")
class EventType:
    """What is being organised."""

    id: int
    title: str
    description: str | None
    location: str | None
    start_time: datetime
    end_time: datetime
    status: EventStatus
    organizer_id: int
    created_at: datetime
    updated_at: datetime | None
    organizer: UserType
    batch: strawberry.Private["Batch"]

    @strawberry.field
    def tasks(
        self, info: GraphQLInfo, page: int = 1, page_size: int = DEFAULT_PAGE_SIZE
    ) -> list["TaskType"] | None:
        """What has to be done for it; for whoever has logged in."""
        info.context.require_user()
        found = self.batch.tasks_of(self.id, skip_and_limit(page, page_size))
        return [
            TaskType(event=self, **TaskRead.model_validate(each).model_dump()) for each in found
        ]


@strawberry.type(name="Task")
class TaskType:
    """What has to be done for an event."""

    id: int
    title: str
    description: str | None
    status: TaskStatus
    priority: TaskPriority
    due_date: datetime | None
    event_id: int
    assigned_to_id: int | None
    created_at: datetime
    updated_at: datetime | None
    event: EventType


class Batch:
    """Events that were read together: the tasks of all of them are read in one statement.

    A DataLoader does the same for ids that it does not know beforehand, and needs `async`.
    """

    def __init__(self, context: GraphQLContext, events: Sequence[Event]) -> None:
        self.context = context
        # A session forgets what nobody holds: an organizer would be loaded again for each e-mail.
        self.events = events
        self.ids = [event.id for event in events]
        self.read: dict[tuple[int, int], dict[int, list[Task]]] = {}

    def tasks_of(self, event_id: int, part: tuple[int, int]) -> list[Task]:
        """One event's, of those that are read for all when the first of them is asked."""
        if part not in self.read:
            self.read[part] = self.context.tasks.tasks_of_events(self.ids, *part)
        return self.read[part].get(event_id, [])


def show_events(context: GraphQLContext, events: Sequence[Event]) -> list[EventType]:
    """Events that were read together, with their organizers."""
    batch = Batch(context, events)
    return [show_event(event, event.organizer, batch) for event in events]


def show_event(event: Event, organizer: User, batch: Batch) -> EventType:
    """One of them."""
    shown = UserType(id=organizer.id, full_name=organizer.full_name)
    fields = EventRead.model_validate(event).model_dump()
    return EventType(organizer=shown, batch=batch, **fields)


def skip_and_limit(page: int, page_size: int) -> tuple[int, int]:
    """REST's rule: too much is cut to MAX_PAGE_SIZE, less than one is a mistake."""
    if page < 1 or page_size < 1:
        raise GraphQLError("page and pageSize begin at 1")
    limit = min(page_size, MAX_PAGE_SIZE)
    return (page - 1) * limit, limit


# endregion
