"""The settings: what differs from one machine to the next, read from the environment."""

# region task 7.4
#| from functools import lru_cache
#| from typing import Annotated, Literal
#|
#| import limits
#| from pydantic import AfterValidator, Field, SecretStr
#| from pydantic_settings import BaseSettings, SettingsConfigDict
import json
import re
from functools import lru_cache
from typing import Annotated, Literal, Self

import limits
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

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
# A secret with such a word in it stands in an example, and everybody has read that.
EXAMPLE_WORDS = ("change", "example", "secret", "password")
MIN_ROUNDS_IN_PRODUCTION = 10


def listed(value: object) -> object:
    """`a, b` or `["a", "b"]`: pydantic-settings by itself understands only the second."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return json.loads(value)
    return [part.strip() for part in value.split(",") if part.strip()]


# NoDecode: the text of the variable comes to the validator as it is.
Listed = Annotated[list[str], NoDecode, BeforeValidator(listed)]
# endregion


# region task 7.8
# RFC 6454: scheme, host, and a port that is not the scheme's own; no path, no user, no query.
ORIGIN = re.compile(r"https?://([a-z0-9_.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?", re.ASCII)


def origins(listed: list[str]) -> list[str]:
    """As a browser sends them. `*` would let every page ask in the name of whoever reads it."""
    for each in listed:
        if not ORIGIN.fullmatch(each):
            raise ValueError(f"{each} is no origin; say https://app.example, and never *")
    return listed


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
    # Seconds after SIGTERM: so long requests are still taken, and so long the last ones may take.
    drain_seconds: float = Field(default=2, ge=0)
    graceful_timeout: float = Field(default=10, gt=0)
    # endregion
    # region task 7.10
    # Without one, nobody may read /metrics.
    metrics_token: SecretStr | None = None
    # Without one, no error is reported. It holds a key, so it is a secret, too.
    sentry_dsn: SecretStr | None = None
    # endregion
    # region task B3
    # Seconds: how long a ticket for /ws is good, and after how much silence a ping is sent.
    ws_ticket_seconds: int = Field(default=30, ge=1)
    ws_ping_seconds: float = Field(default=20, gt=0)
    # In one process: sockets of one user, and messages that a socket may be behind.
    ws_max_per_user: int = Field(default=5, ge=1)
    ws_queue_size: int = Field(default=100, ge=1)
    # Messages that are kept for whoever comes back.
    ws_history: int = Field(default=1000, ge=1)
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
    allowed_hosts: Listed = ["localhost", "127.0.0.1", "testserver"]
    # uvicorn reads it from the environment by itself; here it is looked at only.
    forwarded_allow_ips: str = "127.0.0.1"
    db_pool_size: int = Field(default=10, ge=1)
    db_max_overflow: int = Field(default=5, ge=0)
    # Seconds.
    db_pool_timeout: int = Field(default=5, ge=1)
    db_connect_timeout: int = Field(default=3, ge=1)
    # 0 is PostgreSQL's word for "as long as it takes".
    db_statement_timeout_ms: int = Field(default=5000, ge=0)

    @property
    def db_connections(self) -> int:
        """How many connections this process may hold. Times the processes: max_connections."""
        return self.db_pool_size + self.db_max_overflow

    @model_validator(mode="after")
    def fits_production(self) -> Self:
        """What is handy at home and harmful in public stops the app, and all of it is named."""
        if self.environment == "production" and (found := unfit_for_production(self)):
            raise ValueError("\n".join(found))
        return self

    # endregion
    # region task 7.7
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"
    # endregion
    # region task 7.8
    backend_cors_origins: Annotated[Listed, AfterValidator(origins)] = []
    # endregion


# region task 7.4
#| @lru_cache
#| def get_settings() -> Settings:
#|     """The process's settings, read once."""
#|     return Settings()
def unfit_for_production(settings: Settings) -> list[str]:
    """A sentence for each setting that production must not have."""
    secret = settings.secret_key.get_secret_value().lower()
    rounds = settings.bcrypt_rounds
    rules = [
        (any(word in secret for word in EXAMPLE_WORDS), "SECRET_KEY: an example is no secret"),
        (rounds < MIN_ROUNDS_IN_PRODUCTION, "BCRYPT_ROUNDS: fewer than 10 are soon guessed"),
        (not settings.redis_url, "REDIS_URL: without it each process counts logins for itself"),
        ("*" in settings.allowed_hosts, "ALLOWED_HOSTS: * allows every host"),
        (
            "*" in settings.forwarded_allow_ips,
            "FORWARDED_ALLOW_IPS: with * every client chooses its own address",
        ),
    ]
    return [sentence for is_broken, sentence in rules if is_broken]


@lru_cache
def get_settings() -> Settings:
    """The process's settings, read once. SystemExit with a line for each that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        raise SystemExit(explanation(error)) from None


def explanation(error: ValidationError) -> str:
    """Names and reasons, never the values: one of them is the secret."""
    lines = ["The app cannot start with these settings (.env.example tells what each is):"]
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        said = each["msg"].removeprefix("Value error, ")
        lines.append(f"{each['loc'][0]}".upper() + f": {said}" if each["loc"] else said)
    return "\n".join(lines)


# endregion
