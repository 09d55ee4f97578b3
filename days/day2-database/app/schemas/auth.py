"""Logging in."""

from typing import Literal

from pydantic import BaseModel

from app.schemas.types import Email, Password


class LoginRequest(BaseModel):
    """Who, and the proof."""

    email: Email
    password: Password


class Token(BaseModel):
    """Send it as `Authorization: Bearer <access_token>`; it lives `expires_in` seconds."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: int
