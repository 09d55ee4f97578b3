"""The settings: what differs from one machine to the next, read from the environment."""

# region task 7.4
from functools import lru_cache
from typing import Annotated, Literal

import limits
from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
# endregion

MIN_SECRET_BYTES = 32


def with_driver(url: str) -> str:
    """`postgresql://` leaves the driver to the library's mood; psycopg 3 is the one installed."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def long_enough(secret: SecretStr) -> SecretStr:
    """HS256 wants a key no shorter than its hash (RFC 7518, section 3.2)."""
    if len(secret.get_secret_value().encode()) < MIN_SECRET_BYTES:
        raise ValueError(f"must have at least {MIN_SECRET_BYTES} bytes")
    return secret


def rate(text: str) -> str:
    """`5/minute`, `5/2second`: a slip of the pen is told at the start, not at the first login."""
    limits.parse(text)
    return text


# region task 7.4
# endregion


# region task 7.8
# endregion


class Settings(BaseSettings):
    """One field a variable, in capitals; a missing or wrong one stops the app at its start."""

    # hide_input_in_errors: a wrong SECRET_KEY must not be printed by its own error.
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)

    database_url: Annotated[str, AfterValidator(with_driver)]
    secret_key: Annotated[SecretStr, AfterValidator(long_enough)]
    algorithm: Literal["HS256"] = "HS256"
    access_token_expire_minutes: int = Field(default=30, gt=0)
    refresh_token_expire_days: int = Field(default=7, gt=0)
    bcrypt_rounds: int = Field(default=12, ge=4, le=31)
    rate_limit_enabled: bool = True
    login_rate_limit: Annotated[str, AfterValidator(rate)] = "5/minute"
    # Without one, each process counts for itself: enough for a laptop, and only for that.
    redis_url: str | None = None
    # region task 7.9
    # endregion
    # region task 7.10
    # endregion
    # region task B3
    # endregion
    cache_enabled: bool = True
    # How long an answer may be old where nothing says that it is.
    cache_ttl_seconds: int = Field(default=60, gt=0)
    # Without a host no mail is sent; the log says so.
    smtp_host: str | None = None
    smtp_port: int = Field(default=25, ge=1, le=65535)
    mail_from: str = "noreply@eventure.test"
    # Without one, database 1 of REDIS_URL.
    celery_broker_url: str | None = None
    environment: Literal["development", "test", "production"] = "development"
    # region task 7.4
    # endregion
    # region task 7.7
    # endregion
    # region task 7.8
    # endregion


# region task 7.4
@lru_cache
def get_settings() -> Settings:
    """The process's settings, read once."""
    return Settings()
# endregion
