"""JSON bodies that a route under /auth has to refuse, each with a secret in another place."""

from typing import Any

EMAIL = "new@example.com"


def malformed_credentials(secret: str) -> list[Any]:
    """A registration, a login, a form and a refresh with the secret where it is no valid value.

    The secret is too short a field, a list, a string with a NUL, a thousand copies of itself, and
    the body itself. Routes differ in which of them they refuse, so ask each with all of them.
    """
    return [
        {"email": EMAIL, "password": secret},
        {"email": secret, "password": secret, "full_name": "New"},
        {"email": EMAIL, "password": [secret], "full_name": "New"},
        {"email": EMAIL, "password": f"{secret}\x00", "full_name": "New"},
        {"username": EMAIL, "password": [secret]},
        {"refresh_token": [secret]},
        {"refresh_token": secret * 1000},
        [secret],
    ]
