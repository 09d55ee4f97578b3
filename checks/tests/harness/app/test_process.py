"""What a log says last: the exception that ended it, not what libraries print after it."""

import pytest

from checks.harness.app.process import last_error

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
        ("some words\nmore words\n", "more words"),
        ("", "it ended without a word"),
    ],
)
def test_the_last_exception_is_named(log: str, named: str) -> None:
    assert last_error(log) == named
