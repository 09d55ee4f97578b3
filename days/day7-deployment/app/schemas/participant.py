"""Participants, out. Nothing comes in: the path says it all."""

from pydantic import BaseModel, ConfigDict

from app.schemas.types import UtcDatetime


class ParticipationRead(BaseModel):
    """That somebody takes part, and since when."""

    model_config = ConfigDict(from_attributes=True)

    event_id: int
    user_id: int
    joined_at: UtcDatetime


class ParticipantRead(BaseModel):
    """What participants may know of each other. The e-mail is not among it."""

    model_config = ConfigDict(from_attributes=True)

    user_id: int
    full_name: str
    joined_at: UtcDatetime
