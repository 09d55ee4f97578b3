"""Logging in."""

from typing import Literal

# region task 3.1
from pydantic import BaseModel

# endregion
from app.schemas.types import Email, Password


class LoginRequest(BaseModel):
    """Who, and the proof."""

    email: Email
    password: Password


# region task 3.1
# endregion
class Token(BaseModel):
    """Send it as `Authorization: Bearer <access_token>`; it lives `expires_in` seconds."""

    access_token: str
    # region task 3.1
    # endregion
    token_type: Literal["bearer"] = "bearer"
    expires_in: int
