# region task B2
"""What may be asked, and how it is answered: by the services, as REST is."""

from collections.abc import Mapping
from datetime import datetime

import strawberry
from graphql import GraphQLError
from pydantic import TypeAdapter
from strawberry.extensions import DisableIntrospection
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext
from strawberry.types.scalar import ScalarDefinition

from app.api.deps import organizer_only
from app.api.graphql.context import GraphQLInfo
from app.api.graphql.errors import log_bugs
from app.api.graphql.limits import DEFAULT_PAGE_SIZE, Limits
from app.api.graphql.rollback import Rollback
from app.api.graphql.types import (
    Batch,
    EventType,
    show_event,
    show_events,
    skip_and_limit,
)
from app.models import EventStatus
from app.schemas.event import EventCreate
from app.schemas.types import UtcDatetime

INSTANT = TypeAdapter(UtcDatetime)


@strawberry.type
class Query:
    """Reading."""

    @strawberry.field
    def events(
        self, info: GraphQLInfo, page: int = 1, page_size: int = DEFAULT_PAGE_SIZE
    ) -> list[EventType]:
        """Everybody's events, the soonest first."""
        part = skip_and_limit(page, page_size)
        return show_events(info.context, info.context.events.list_with_organizers(*part))

    @strawberry.field
    def event(self, info: GraphQLInfo, id: int) -> EventType | None:  # noqa: A002
        """One event."""
        return show_events(info.context, [info.context.events.get_with_organizer(id)])[0]


@strawberry.input
class EventInput:
    """An event as REST takes it; app/schemas/event.py says what is valid."""

    title: str
    start_time: datetime
    end_time: datetime
    description: str | None = None
    location: str | None = None
    status: EventStatus = EventStatus.PLANNING


@strawberry.type
class Mutation:
    """Writing."""

    @strawberry.mutation
    def create_event(self, info: GraphQLInfo, input: EventInput) -> EventType | None:  # noqa: A002
        """Plan an event; for organizers."""
        organizer = organizer_only(info.context.require_user())
        data = EventCreate.model_validate(strawberry.asdict(input))
        event = info.context.events.create_event(organizer, data)
        return show_event(event, organizer, Batch(info.context, [event]))


class Schema(strawberry.Schema):
    """Strawberry writes every error to the log, refusals too. Here a line at ERROR is a bug."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Only what nobody has foreseen."""
        log_bugs(errors)


class PublicSchema(Schema):
    """It is described to nobody: "Did you mean 'events'?" would tell it name by name.

    Strawberry's own disable_field_suggestions leaves those of arguments, types and enums.
    """

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """As above; then each sentence ends before its guess."""
        super().process_errors(errors, execution_context)
        for error in errors:
            error.message = error.message.partition(" Did you mean ")[0]


def write_instant(instant: datetime) -> str:
    """As REST does: in UTC, with a Z."""
    return str(INSTANT.dump_python(instant, mode="json"))


SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant, RFC 3339; one without an offset is read as UTC",
        serialize=write_instant,
        parse_value=INSTANT.validate_python,
    )
}


def create_schema(*, is_public: bool) -> Schema:
    """With the bounds of every query; what is public has no introspection."""
    config = StrawberryConfig(scalar_map=SCALARS)
    if is_public:
        hidden = [Limits, Rollback, DisableIntrospection]
        return PublicSchema(Query, Mutation, extensions=hidden, config=config)
    return Schema(Query, Mutation, extensions=[Limits, Rollback], config=config)


# endregion
