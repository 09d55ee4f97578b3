"""The words that schemas and path parameters are made of."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    EmailStr,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from app.schemas.patterns import EmailAddress, PrintableText, VisibleText

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
INT4_MAX = 2**31 - 1
BCRYPT_MAX_BYTES = 72
LOCAL_PART_MAX_BYTES = 64


def as_utc(instant: datetime) -> datetime:
    """An instant without an offset is read as UTC; any other is converted to it."""
    try:
        return instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        raise ValueError("is outside the calendar once it is converted to UTC") from None


def begins_with_date(value: object) -> object:
    """`2026-02-15`, with or without a time. Pydantic takes `2026` for seconds since 1970."""
    if isinstance(value, str) and not DATE.match(value):
        raise ValueError("must be a date or an instant, such as 2026-02-15T10:00:00Z")
    return value


def end_of_day(value: object) -> object:
    """Until the 15th includes the 15th: a date alone is its last microsecond in UTC."""
    if isinstance(value, str) and DATE.fullmatch(value):
        return f"{value}T23:59:59.999999Z"
    return value


def no_number(value: Any) -> Any:
    """A date-time is a text. Pydantic also takes 0, and "0", for seconds since 1970."""
    try:
        float(value)
    except (TypeError, ValueError):
        return value
    raise ValueError("must be an instant, such as 2026-02-15T10:00:00Z")


def printable(value: object) -> object:
    """No control characters but line feed and tab, and no half of a surrogate pair.

    PostgreSQL refuses NUL, UTF-8 has no halves, and the others only forge log lines.
    """
    if isinstance(value, str) and any(
        unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t" for char in value
    ):
        raise ValueError("must not contain control characters")
    return value


def mailbox(email: str) -> str:
    """In lower case. What stands before the @ has 64 octets at most (RFC 5321, 4.5.3.1.1).

    Counted in lower case: a letter such as İ grows there, and what is stored has to be valid again.
    """
    lowered = email.lower()
    if len(lowered.partition("@")[0].encode()) > LOCAL_PART_MAX_BYTES:
        raise ValueError(f"must not have more than {LOCAL_PART_MAX_BYTES} bytes before the @")
    return lowered


def fits_bcrypt(password: str) -> str:
    """Bcrypt reads 72 bytes and not one more: two longer passwords might be one to it."""
    if len(password.encode()) > BCRYPT_MAX_BYTES:
        raise ValueError(f"must not be longer than {BCRYPT_MAX_BYTES} bytes in UTF-8")
    return password


def absent() -> Any:
    """The default of a PATCH field that may be left out, but may not be null.

    Any, because the value is never read: use model_dump(exclude_unset=True).
    """
    return None


Id = Annotated[int, Field(ge=1, le=INT4_MAX)]
UtcDatetime = Annotated[datetime, AfterValidator(as_utc), BeforeValidator(no_number)]
DATE_OR_INSTANT = WithJsonSchema(
    {"anyOf": [{"type": "string", "format": each} for each in ("date", "date-time")]}
)
Since = Annotated[UtcDatetime, BeforeValidator(begins_with_date), DATE_OR_INSTANT]
Until = Annotated[Since, BeforeValidator(end_of_day)]
# Before: trimming would hide a control character at either end.
Printable = BeforeValidator(printable)
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    Printable,
    VisibleText,
]
FullName = Title
Description = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=10_000), Printable, PrintableText
]
Location = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=300), Printable, PrintableText
]
Email = Annotated[EmailStr, AfterValidator(mailbox), Field(max_length=254), Printable, EmailAddress]
# Any password somebody could have, and one that may be chosen today.
# A login says nothing of length: too long is one more way to be wrong. The bound is for us.
Password = Annotated[str, Field(max_length=1024), Printable, PrintableText]
# A character is at least a byte: so much of fits_bcrypt a JSON schema can say.
NewPassword = Annotated[
    str,
    Field(min_length=8, max_length=BCRYPT_MAX_BYTES),
    Printable,
    AfterValidator(fits_bcrypt),
    PrintableText,
]
