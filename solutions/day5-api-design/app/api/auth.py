"""Who is asking: /api/auth."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form

from app.api.deps import AccessToken, AuthServiceDep, CurrentUser

# region task 5.3
from app.api.openapi import refusals

# endregion
from app.api.rate_limit import limit_logins
from app.models import User
from app.schemas.auth import LoginForm, LoginRequest, RefreshRequest, Token
from app.schemas.user import UserCreate, UserRead

router = APIRouter(prefix="/auth", tags=["auth"])
# Every way to try a password. They are one door, whatever the number of its handles.
logins = APIRouter()


@router.post(
    "/register",
    status_code=201,
    response_model=UserRead,
    # region task 5.3
    summary="Register",
    responses=refusals(409, 422),
    openapi_extra={"security": []},
    # endregion
)
def register(data: UserCreate, auth: AuthServiceDep) -> User:
    """Open an account."""
    return auth.register(data)


@logins.post(
    "/login",
    # region task 5.3
    summary="Log in",
    responses=refusals(401, 422, 429),
    openapi_extra={"security": []},
    # endregion
)
def log_in(data: LoginRequest, auth: AuthServiceDep) -> Token:
    """Trade e-mail and password for a pair of tokens."""
    return auth.log_in(data)


@logins.post(
    "/token",
    # region task 5.3
    summary="Log in by form",
    responses=refusals(401, 422, 429),
    openapi_extra={"security": []},
    # endregion
)
def log_in_by_form(form: Annotated[LoginForm, Form()], auth: AuthServiceDep) -> Token:
    """The same as a form, which is what the Authorize button of /docs sends."""
    return auth.log_in(LoginRequest(email=form.username, password=form.password))


@router.post(
    "/refresh",
    # region task 5.3
    summary="Renew the tokens",
    responses=refusals(401, 422),
    openapi_extra={"security": []},
    # endregion
)
def refresh(data: RefreshRequest, auth: AuthServiceDep) -> Token:
    """Trade a refresh token, once, for the next pair."""
    return auth.refresh(data.refresh_token)


@router.post(
    "/logout",
    status_code=204,
    # region task 5.3
    summary="Log out",
    responses=refusals(401, 422),
    # endregion
)
def log_out(data: RefreshRequest, token: AccessToken, auth: AuthServiceDep) -> None:
    """End this login: its access token and all of its refresh tokens."""
    auth.log_out(token, data.refresh_token)


@router.get(
    "/me",
    response_model=UserRead,
    # region task 5.3
    summary="Who am I?",
    responses=refusals(401),
    # endregion
)
def read_me(user: CurrentUser) -> User:
    """Who the token says you are."""
    return user


router.include_router(logins, dependencies=[Depends(limit_logins)])
