# region task B2
"""What every resolver of one request may use: `info.context`."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from fastapi import Depends, Request
from strawberry.types import Info

from app.api.deps import (
    AuthServiceDep,
    Bearer,
    EventServiceDep,
    TaskServiceDep,
    UserServiceDep,
    get_access_token,
    get_current_user,
)
from app.core import errors
from app.models import User
from app.services.auth_service import AuthService
from app.services.event_service import EventService
from app.services.task_service import TaskService
from app.services.user_service import UserService


@dataclass
class GraphQLContext:
    """The services of one request, all with its one session, and whoever sent it."""

    request: Request
    token: str | None
    auth: AuthService
    events: EventService
    tasks: TaskService
    users: UserService

    def require_user(self) -> User:
        """Who asks, by REST's own rule; Unauthenticated where REST would answer 401.

        Looked up when a field needs it, and once: a page has many such fields.
        """
        if isinstance(self._found, errors.Unauthenticated):
            raise self._found
        return self._found

    def roll_back(self) -> None:
        """Undo what is not committed; what was loaded is loaded anew when it is used again."""
        self.events.session.rollback()

    @cached_property
    def _found(self) -> User | errors.Unauthenticated:
        try:
            return get_current_user(self.request, get_access_token(self.token), self.auth)
        except errors.Unauthenticated as error:
            return error


def get_graphql_context(
    request: Request,
    token: Bearer,
    auth: AuthServiceDep,
    events: EventServiceDep,
    tasks: TaskServiceDep,
    users: UserServiceDep,
) -> GraphQLContext:
    """For one request."""
    return GraphQLContext(request, token, auth, events, tasks, users)


GraphQLContextDep = Annotated[GraphQLContext, Depends(get_graphql_context)]
GraphQLInfo = Info[GraphQLContext, None]
# endregion
