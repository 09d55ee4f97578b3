"""What the validators of types.py refuse, as patterns that the OpenAPI document shows to clients.

They only describe: pydantic ignores them. Their notation is what JavaScript and Python share.
"""

from typing import Any

from email_validator import SPECIAL_USE_DOMAIN_NAMES
from pydantic import Field

CONTROL = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"(?!..--)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# Domains where nobody has mail (RFC 6761). A top-level domain ends with a letter.
RESERVED = rf"(?!.*[@.]({'|'.join(SPECIAL_USE_DOMAIN_NAMES)})$)"
DOMAIN = rf"({LABEL}\.)+{LABEL}(?<=[A-Za-z])"


def documented(pattern: str) -> Any:
    """A part of Annotated. Any, as Field has it."""
    return Field(json_schema_extra={"pattern": pattern})


PrintableText = documented(f"^[^{CONTROL}]*$")
# Trimmed, it must not be empty.
VisibleText = documented(rf"^[^{CONTROL}]*[^{CONTROL}\s][^{CONTROL}]*$")
EmailAddress = documented(rf"^{RESERVED}(?=.{{1,64}}@){ATOM}(\.{ATOM})*@{DOMAIN}$")
