"""Which of the recorded calls do the work of a program."""

from checks.harness.doubles.postgres_programs import working_calls

CALLS = """/x/pg_dump --version
/x/pg_dump --format=custom --file=a
/x/pg_restore --list a
/x/sh pg_restore
"""


def test_a_call_that_only_asks_is_none() -> None:
    assert working_calls(CALLS, "pg_dump") == ["/x/pg_dump --format=custom --file=a"]
    assert working_calls(CALLS, "pg_restore") == []
    assert working_calls("", "pg_dump") == []
