"""Who is asking: /api/auth."""

from typing import Annotated

# region task 6.4
from fastapi import APIRouter, Depends, Form

from app.api.deps import AccessToken, AuthServiceDep, CurrentUser
# endregion
from app.api.openapi import refusals
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
    summary="Register",
    responses=refusals(409, 422),
    openapi_extra={"security": []},
)
# region task 6.4
def register(data: UserCreate, auth: AuthServiceDep) -> User:
    """Open an account."""
    return auth.register(data)
# endregion


@logins.post(
    "/login",
    summary="Log in",
    responses=refusals(401, 422, 429),
    openapi_extra={"security": []},
)
def log_in(data: LoginRequest, auth: AuthServiceDep) -> Token:
    """Trade e-mail and password for a pair of tokens."""
    return auth.log_in(data)


@logins.post(
    "/token",
    summary="Log in by form",
    responses=refusals(401, 422, 429),
    openapi_extra={"security": []},
)
def log_in_by_form(form: Annotated[LoginForm, Form()], auth: AuthServiceDep) -> Token:
    """The same as a form, which is what the Authorize button of /docs sends."""
    return auth.log_in(LoginRequest(email=form.username, password=form.password))


@router.post(
    "/refresh",
    summary="Renew the tokens",
    responses=refusals(401, 422),
    openapi_extra={"security": []},
)
def refresh(data: RefreshRequest, auth: AuthServiceDep) -> Token:
    """Trade a refresh token, once, for the next pair."""
    return auth.refresh(data.refresh_token)


@router.post(
    "/logout",
    status_code=204,
    summary="Log out",
    responses=refusals(401, 422),
)
def log_out(data: RefreshRequest, token: AccessToken, auth: AuthServiceDep) -> None:
    """End this login: its access token and all of its refresh tokens."""
    auth.log_out(token, data.refresh_token)


@router.get(
    "/me",
    response_model=UserRead,
    summary="Who am I?",
    responses=refusals(401),
)
def read_me(user: CurrentUser) -> User:
    """Who the token says you are."""
    return user


router.include_router(logins, dependencies=[Depends(limit_logins)])
