"""A log says that something is wrong only in a line that it has not when all is well."""

import pytest

from checks.harness.app.log_lines import unusual_lines

USUAL = "12:00:01 login of ann@example.com\nkey 5f3a9c01 at 0x7f00\n"


@pytest.mark.parametrize(
    ("log", "unusual"),
    [
        ("", []),
        ("\n  \n", []),
        ("12:00:09 login of bob@example.org\nkey 00c0ffee at 0x7fff", []),
        ("12:00:09 login of bob@example.org\nredis is down", ["redis is down"]),
        ("WARNING login of ann@example.com", ["WARNING login of ann@example.com"]),
    ],
)
def test_a_line_is_unusual_by_more_than_its_numbers_and_addresses(
    log: str, unusual: list[str]
) -> None:
    assert unusual_lines(log, USUAL) == unusual
