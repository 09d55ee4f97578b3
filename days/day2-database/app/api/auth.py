"""Who is asking: /api/auth."""

from fastapi import APIRouter

from app.api.deps import AuthServiceDep, CurrentUser
from app.models import User
from app.schemas.auth import LoginRequest, Token
from app.schemas.user import UserCreate, UserRead

router = APIRouter(prefix="/auth", tags=["auth"])


@router.post("/register", status_code=201, response_model=UserRead)
def register(data: UserCreate, auth: AuthServiceDep) -> User:
    """Open an account."""
    return auth.register(data)


@router.post("/login")
def log_in(data: LoginRequest, auth: AuthServiceDep) -> Token:
    """Trade e-mail and password for an access token."""
    return auth.log_in(data)


@router.get("/me", response_model=UserRead)
def read_me(user: CurrentUser) -> User:
    """Who the token says you are."""
    return user
