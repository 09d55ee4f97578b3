# region task 7.10
"""Errors that nobody has handled go to Sentry, without anything that opens a door."""

import importlib.util
from typing import TYPE_CHECKING

from app.core.config import Settings

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint


def report_errors(settings: Settings) -> None:
    """Begin to report where SENTRY_DSN is set. SystemExit when sentry-sdk is not installed."""
    if not settings.sentry_dsn:
        return
    if importlib.util.find_spec("sentry_sdk") is None:
        raise SystemExit("SENTRY_DSN is set, and sentry-sdk is not installed: pip install it")
    import sentry_sdk

    sentry_sdk.init(
        dsn=settings.sentry_dsn.get_secret_value(),
        environment=settings.environment,
        # A frame's variables are the password that is being hashed and the token being read.
        include_local_variables=False,
        # No Authorization, no cookies, no address of the client …
        send_default_pii=False,
        # … and no bodies: a login's is a password.
        max_request_body_size="never",
        before_send=without_values,
    )


def without_values(event: "Event", _: "Hint") -> "Event":
    """The first line of what an exception says.

    The database's own go on with the row that it did not like, SQLAlchemy's with the parameters of
    the statement: an e-mail, a password's hash.
    """
    for exception in (event.get("exception") or {}).get("values", []):
        exception["value"] = (exception.get("value") or "").partition("\n")[0]
    return event


# endregion
