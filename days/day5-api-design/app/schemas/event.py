"""Events, in and out."""

# region task 5.1
from pydantic import BaseModel, ConfigDict, Field

from app.models import EventStatus
from app.schemas.types import Description, Location, Title, UtcDatetime, absent


# endregion


class EventCreate(BaseModel):
    """All of an event that a person writes: POST makes it, PUT replaces it."""

    title: Title
    description: Description | None = None
    location: Location | None = None
    start_time: UtcDatetime
    end_time: UtcDatetime
    status: EventStatus = EventStatus.PLANNING


class EventUpdate(BaseModel):
    """PATCH: only the fields that were sent change."""

    title: Title = Field(default_factory=absent)
    description: Description | None = None
    location: Location | None = None
    start_time: UtcDatetime = Field(default_factory=absent)
    end_time: UtcDatetime = Field(default_factory=absent)
    status: EventStatus = Field(default_factory=absent)


# region task 5.4
# endregion
class EventRead(BaseModel):
    """An event as it is stored. It checks nothing: one odd row must not break a whole list."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    description: str | None
    location: str | None
    start_time: UtcDatetime
    end_time: UtcDatetime
    status: EventStatus
    organizer_id: int
    created_at: UtcDatetime
    updated_at: UtcDatetime | None


class EventV2(EventRead):
    """An event as v2 shows it: all that v1 shows, and what a client would ask for next."""

    # region task 5.4
    # endregion


class EventStatistics(BaseModel):
    """How many tasks an event has. The last three add up to the total."""

    event_id: int
    total_tasks: int
    completed_tasks: int
    pending_tasks: int
    cancelled_tasks: int
