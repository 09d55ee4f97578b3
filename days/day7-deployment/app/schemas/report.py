"""Reports."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from app.models import ReportState
from app.schemas.event import EventStatistics


class ReportResult(EventStatistics):
    """The event's statistics, and how many take part in it."""

    participant_count: int


class ReportAccepted(BaseModel):
    """Ask `status_url` until the state is `done` or `failed`."""

    id: UUID
    status_url: str


class ReportRead(BaseModel):
    """A report; `result` is null until it is done."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    state: ReportState
    result: ReportResult | None
