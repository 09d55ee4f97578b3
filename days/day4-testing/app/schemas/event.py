"""Events, in and out."""

from pydantic import BaseModel, ConfigDict, Field

from app.models import EventStatus
from app.schemas.types import Description, Location, Title, UtcDatetime, absent


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


class EventStatistics(BaseModel):
    """How many tasks an event has. The last three add up to the total."""

    event_id: int
    total_tasks: int
    completed_tasks: int
    pending_tasks: int
    cancelled_tasks: int
