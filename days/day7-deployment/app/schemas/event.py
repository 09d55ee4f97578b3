"""Events, in and out."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.models import EventStatus
from app.schemas.types import Description, Id, Location, Since, Title, Until, UtcDatetime, absent


class EventSort(StrEnum):
    """What a list of events may be sorted by: these columns, and no other attribute."""

    START_TIME = "start_time"
    END_TIME = "end_time"
    TITLE = "title"
    CREATED_AT = "created_at"
    ID = "id"


class SortOrder(StrEnum):
    """Which end comes first."""

    ASC = "asc"
    DESC = "desc"


class EventFilter(BaseModel):
    """Which events, in which order. What was not sent is not asked for."""

    status: EventStatus | None = None
    organizer_id: Id | None = None
    start_date: Since | None = Field(default=None, description="Starts then or later")
    end_date: Until | None = Field(
        default=None, description="Starts then or earlier; a date alone means the whole UTC day"
    )
    sort_by: EventSort = EventSort.START_TIME
    order: SortOrder = SortOrder.ASC

    @model_validator(mode="after")
    def range_has_an_inside(self) -> Self:
        """A range that ends before it begins is a mistake, and an empty list would hide it."""
        if self.start_date and self.end_date and self.start_date > self.end_date:
            raise ValueError("start_date must not come after end_date")
        return self


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


class Organizer(BaseModel):
    """What everybody may know of an organizer. The e-mail is not among it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    full_name: str


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

    organizer: Organizer
    task_count: int
    completed_count: int
    participant_count: int


class EventStatistics(BaseModel):
    """How many tasks an event has. The last three add up to the total."""

    event_id: int
    total_tasks: int
    completed_tasks: int
    pending_tasks: int
    cancelled_tasks: int
