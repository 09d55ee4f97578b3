"""What a log says last: the exception that ended it, not what libraries print after it."""

import pytest

from checks.harness.app.process import last_error

PYDANTIC = "pydantic.ValidationError"
SETTINGS = """\
Traceback …
pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings
secret_key
  Field required [type=missing, input_value={'database_url': 'postgresql://me:secret@x'}]
    For further information visit https://errors.pydantic.dev/2.12/v/missing
redis_url
  Input should be a valid string [type=string_type, input_value=1, input_type=int]
"""
MODEL = """\
pydantic_core._pydantic_core.ValidationError: 1 validation error for EventCreate
  Value error, the end comes first [type=value_error, input_value={}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.12/v/value_error
printed afterwards
"""
SQL = "sqlalchemy.exc.IntegrityError: (psycopg.errors.UniqueViolation) duplicate key"


@pytest.mark.parametrize(
    ("log", "named"),
    [
        ("Traceback …\n  File …\nKeyError: 'user'\n", "KeyError: 'user'"),
        (f"Traceback …\n{SQL}\n[SQL: INSERT …]\n(Background on this error at: …)", SQL),
        (
            "KeyError: 1\nDuring handling …\nValueError: 2\nERROR: Application startup",
            "ValueError: 2",
        ),
        (SETTINGS, f"{PYDANTIC}: 2 validation errors for Settings: secret_key: Field required"),
        (
            MODEL,
            f"{PYDANTIC}: 1 validation error for EventCreate: Value error, the end comes first",
        ),
        ("some words\nmore words\n", "more words"),
        ("", "it ended without a word"),
    ],
)
def test_the_last_exception_is_named(log: str, named: str) -> None:
    assert last_error(log) == named
