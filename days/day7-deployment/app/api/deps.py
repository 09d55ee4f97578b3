"""What a handler asks for by type: `events: EventServiceDep`, `user: CurrentUser`.

FastAPI runs a `def` in a thread, and the switch costs more than most of these functions. So what a
public answer needs, and waits for nothing, is `async def`; what queries the database is `def`.
"""

from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.orm import Session

from app.core import errors
from app.core.cache import Cache

# region task 7.4
from app.core.config import Settings
from app.core.mail import Mailer
from app.db.session import MAX_CONNECTIONS
# endregion
from app.models import User, UserRole
from app.services.auth_service import AuthService
from app.services.event_service import EventService
from app.services.participant_service import ParticipantService
from app.services.report_service import ReportService
from app.services.task_service import TaskService
from app.services.user_service import UserService


async def get_app_settings(request: Request) -> Settings:
    """What create_app was given, which is not always what the environment says."""
    settings: Settings = request.app.state.settings
    return settings


async def get_mailer(request: Request) -> Mailer:
    """The app's one mailer."""
    mailer: Mailer = request.app.state.mailer
    return mailer


async def get_session(request: Request) -> AsyncIterator[Session]:
    """One session a request. What no service committed is rolled back when it closes.

    Until its first query it has no connection: an answer from the cache needs neither.
    """
    session: Session = request.app.state.sessions()
    try:
        yield session
    finally:
        if session.in_transaction():
            await run_in_threadpool(session.close)


SettingsDep = Annotated[Settings, Depends(get_app_settings)]
# A request that finds no free connection waits here, holding no thread. Without the limit, all
# threads may wait for a connection, and the ones that would give one back, for a thread.
# scope="function": it ends with the handler. The default ends after the response and whatever
# runs behind it, so that fifteen slow mails would keep everybody else waiting.
# region task 7.4
SessionDep = Annotated[
    Session, Depends(get_session, scope="function", max_concurrency=MAX_CONNECTIONS)
]
# endregion


async def get_cache(request: Request) -> Cache:
    """The process's own door to what all processes keep."""
    cache: Cache = request.app.state.cache
    return cache


CacheDep = Annotated[Cache, Depends(get_cache)]


async def get_auth_service(session: SessionDep, settings: SettingsDep) -> AuthService:
    """Who is who, for one request."""
    return AuthService(session, settings)


async def get_user_service(session: SessionDep) -> UserService:
    """Users, for one request."""
    return UserService(session)


async def get_event_service(session: SessionDep) -> EventService:
    """Events, for one request."""
    return EventService(session)


async def get_task_service(session: SessionDep) -> TaskService:
    """Tasks, for one request."""
    return TaskService(session)


async def get_participant_service(session: SessionDep) -> ParticipantService:
    """Participants, for one request."""
    return ParticipantService(session)


async def get_report_service(request: Request, session: SessionDep) -> ReportService:
    """Reports, for one request."""
    return ReportService(session, request.app.state.queue)


ReportServiceDep = Annotated[ReportService, Depends(get_report_service)]
ParticipantServiceDep = Annotated[ParticipantService, Depends(get_participant_service)]
AuthServiceDep = Annotated[AuthService, Depends(get_auth_service)]
UserServiceDep = Annotated[UserService, Depends(get_user_service)]
EventServiceDep = Annotated[EventService, Depends(get_event_service)]
TaskServiceDep = Annotated[TaskService, Depends(get_task_service)]
MailerDep = Annotated[Mailer, Depends(get_mailer)]

# auto_error=False: a missing token is our own 401, like every other failure to say who one is.
# The form of /token, so that the Authorize button of /docs can log in by itself.
bearer = OAuth2PasswordBearer(tokenUrl="/api/v1/auth/token", auto_error=False)
Bearer = Annotated[str | None, Depends(bearer)]


def get_access_token(token: Bearer) -> str:
    """What came along, good or not; Unauthenticated if nothing did."""
    if not token:
        raise errors.Unauthenticated("Send an access token: Authorization: Bearer <token>")
    return token


AccessToken = Annotated[str, Depends(get_access_token)]


# region task 7.7
def get_current_user(token: AccessToken, auth: AuthServiceDep) -> User:
    """The active user whose token came along; Unauthenticated otherwise."""
    return auth.current_user(token)
# endregion
CurrentUser = Annotated[User, Depends(get_current_user)]


def require_role(*roles: UserRole) -> Callable[[User], User]:
    """A dependency: the current user, if they have one of `roles`; Forbidden otherwise."""

    def get_user_of_role(user: CurrentUser) -> User:
        if user.role not in roles:
            raise errors.Forbidden(f"Only for the role {' or '.join(roles)}")
        return user

    return get_user_of_role


CurrentAdmin = Annotated[User, Depends(require_role(UserRole.ADMIN))]
# region task B2
CurrentOrganizer = Annotated[User, Depends(require_role(UserRole.ORGANIZER, UserRole.ADMIN))]
# endregion
