"""Logging in."""

from typing import Literal

from pydantic import BaseModel, Field

from app.schemas.types import Email, Password


class LoginRequest(BaseModel):
    """Who, and the proof."""

    email: Email
    password: Password


class LoginForm(BaseModel):
    """The same as a form, with the names that OAuth 2 gave the fields (RFC 6749, 4.3.2)."""

    username: Email
    password: Password = Field(min_length=1)  # an empty field of a form is none


class RefreshRequest(BaseModel):
    """In the body: what stands in a URL stands in every log on its way."""

    refresh_token: str = Field(max_length=4096)


class Token(BaseModel):
    """Send it as `Authorization: Bearer <access_token>`; it lives `expires_in` seconds."""

    access_token: str
    # Good for one use: POST /api/auth/refresh answers with the next pair.
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: int
