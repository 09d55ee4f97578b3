"""The words that schemas and path parameters are made of."""

import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, EmailStr, Field, StringConstraints

from app.schemas.patterns import EmailAddress, PrintableText, VisibleText

INT4_MAX = 2**31 - 1
BCRYPT_MAX_BYTES = 72
LOCAL_PART_MAX_BYTES = 64


def as_utc(instant: datetime) -> datetime:
    """An instant without an offset is read as UTC; any other is converted to it."""
    try:
        return instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        raise ValueError("is outside the calendar once it is converted to UTC") from None


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
UtcDatetime = Annotated[datetime, AfterValidator(as_utc)]
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
Password = Annotated[
    str, Field(max_length=128), Printable, AfterValidator(fits_bcrypt), PrintableText
]
# A character is at least a byte: so much of fits_bcrypt a JSON schema can say.
NewPassword = Annotated[
    str,
    Field(min_length=8, max_length=BCRYPT_MAX_BYTES),
    Printable,
    AfterValidator(fits_bcrypt),
    PrintableText,
]
