"""Passwords and tokens. Pure functions: what they need to know, they are given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import jwt
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.bcrypt import BcryptHasher

from app.core.config import Settings

BCRYPT_MAX_BYTES = 72
MAX_USER_ID = 2**31 - 1  # users.id is an int4; a larger number is an error of the database's


class InvalidToken(Exception):
    """Not a token of ours, or no longer one."""


def hash_password(password: str, rounds: int) -> str:
    """Bcrypt; each further round doubles the work, for us and for a thief."""
    return PasswordHash((BcryptHasher(rounds=rounds),)).hash(password)


def verify_password(password: str, hashed: str) -> bool:
    """False also for a stored value that is no hash at all.

    And for a password that bcrypt cannot read to its end: nobody was allowed to choose one. An
    empty one is tried in its place, so that this answer takes no less time than the others.
    """
    readable = len(password.encode()) <= BCRYPT_MAX_BYTES
    try:
        same = PasswordHash((BcryptHasher(),)).verify(password if readable else "", hashed)
    except UnknownHashError:
        return False
    return same and readable


class TokenType(StrEnum):
    """What a token is good for. Both are signed with one key, so each has to say it."""

    ACCESS = "access"
    REFRESH = "refresh"


@dataclass(frozen=True)
class Claims:
    """What a token says, once its signature holds: user, login (a family), and its own id."""

    user_id: int
    family: UUID
    jti: UUID


def create_token(kind: TokenType, claims: Claims, lifetime: timedelta, settings: Settings) -> str:
    """A signed note "this is user N". Anybody can read it; only SECRET_KEY can write it."""
    now = datetime.now(UTC)
    payload = {
        "sub": str(claims.user_id),  # a string, by RFC 7519
        "type": kind,
        "sid": str(claims.family),
        "jti": str(claims.jti),  # two tokens of one second are two tokens
        "iat": now,
        "exp": now + lifetime,
    }
    return jwt.encode(payload, settings.secret_key.get_secret_value(), settings.algorithm)


def read_token(kind: TokenType, token: str, settings: Settings) -> Claims:
    """InvalidToken if it is forged, expired, or of another type (RFC 8725)."""
    try:
        payload = jwt.decode(
            token,
            settings.secret_key.get_secret_value(),
            # Never what the token's own header says: that is the attacker's text.
            algorithms=[settings.algorithm],
            # PyJWT checks a claim that is there and forgives one that is not.
            options={"require": ["exp", "iat", "jti", "sid", "sub", "type"]},
        )
        if payload["type"] != kind:
            raise InvalidToken
        return claims_of(payload)
    # RecursionError: a header of ten thousand brackets is JSON, too, to Python's parser.
    except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
        raise InvalidToken from error


def claims_of(payload: Mapping[str, object]) -> Claims:
    """ValueError for an id that the database could not have given out."""
    user_id = int(str(payload["sub"]))
    if not 0 < user_id <= MAX_USER_ID:
        raise ValueError("there is no such user id")
    return Claims(user_id, family=UUID(str(payload["sid"])), jti=UUID(str(payload["jti"])))
