"""Who is asking: /api/auth."""

# region task 3.1
from fastapi import APIRouter

from app.api.deps import AuthServiceDep, CurrentUser
from app.models import User
from app.schemas.auth import LoginRequest, Token
# endregion
# region task 3.2
# endregion
# region task 3.1
# endregion
from app.schemas.user import UserCreate, UserRead

router = APIRouter(prefix="/auth", tags=["auth"])
# Every way to try a password. They are one door, whatever the number of its handles.
logins = APIRouter()


@router.post("/register", status_code=201, response_model=UserRead)
def register(data: UserCreate, auth: AuthServiceDep) -> User:
    """Open an account."""
    return auth.register(data)


@logins.post("/login")
def log_in(data: LoginRequest, auth: AuthServiceDep) -> Token:
    # region task 3.1
    """Trade e-mail and password for an access token."""
    # endregion
    return auth.log_in(data)


# region task 3.1
# endregion
# region task 3.5
# endregion
@router.get("/me", response_model=UserRead)
def read_me(user: CurrentUser) -> User:
    """Who the token says you are."""
    return user


# region task 3.2
router.include_router(logins)
# endregion
