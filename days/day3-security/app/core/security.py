"""Passwords and tokens. Pure functions: what they need to know, they are given."""

# region task 3.1
from datetime import UTC, datetime, timedelta

# endregion
import jwt
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.bcrypt import BcryptHasher

from app.core.config import Settings

# region task 3.1
ACCESS = "access"
# endregion
MAX_USER_ID = 2**31 - 1  # users.id is an int4; a larger number is an error of the database's


class InvalidToken(Exception):
    """Not a token of ours, or no longer one."""


def hash_password(password: str, rounds: int) -> str:
    """Bcrypt; each further round doubles the work, for us and for a thief."""
    return PasswordHash((BcryptHasher(rounds=rounds),)).hash(password)


def verify_password(password: str, hashed: str) -> bool:
    # region task 3.1
    """False also for a stored value that is no hash at all."""
    try:
        return PasswordHash((BcryptHasher(),)).verify(password, hashed)
    except UnknownHashError:
        return False
    # endregion


# region task 3.1
def create_access_token(user_id: int, settings: Settings) -> str:
    """A signed note "this is user N". Anybody can read it; only SECRET_KEY can write it."""
    now = datetime.now(UTC)
    claims = {
        "sub": str(user_id),  # a string, by RFC 7519
        "type": ACCESS,
        "iat": now,
        "exp": now + timedelta(minutes=settings.access_token_expire_minutes),
    }
    return jwt.encode(claims, settings.secret_key.get_secret_value(), settings.algorithm)


def read_access_token(token: str, settings: Settings) -> int:
    """The user's id. InvalidToken if it is forged, expired, or of another type."""
    try:
        claims = jwt.decode(
            token,
            settings.secret_key.get_secret_value(),
            # Never what the token's own header says: that is the attacker's text.
            algorithms=[settings.algorithm],
            # PyJWT checks a claim that is there and forgives one that is not.
            options={"require": ["exp", "sub", "type"]},
        )
        user_id = int(claims["sub"])
    except (jwt.InvalidTokenError, ValueError) as error:
        raise InvalidToken from error
    if claims["type"] != ACCESS or not 0 < user_id <= MAX_USER_ID:
        raise InvalidToken
    return user_id
# endregion
