"""The administrator's session among others that make and drop roles at the same time."""

from collections.abc import Mapping

import psycopg
import pytest

from checks.services.admin import ATTEMPTS, Row, Session


class ConcurrentSession(Session):
    """A session whose first statements meet a role that is being dropped."""

    def __init__(self, times: int, message: str) -> None:
        super().__init__("")
        self.times, self.message, self.statements = times, message, 0

    def _run(self, statement: str, values: Mapping[str, object] | None) -> list[Row]:
        self.statements += 1
        if self.statements <= self.times:
            raise psycopg.errors.InternalError_(self.message)
        return [(statement,)]


def test_a_statement_that_was_overtaken_is_asked_again() -> None:
    session = ConcurrentSession(2, "could not find tuple for role 1514193")

    assert session.run("GRANT a TO b") == [("GRANT a TO b",)]


def test_not_for_ever() -> None:
    session = ConcurrentSession(99, "could not find tuple for role 1514193")

    with pytest.raises(psycopg.errors.InternalError_):
        session.run("GRANT a TO b")
    assert session.statements == ATTEMPTS


def test_another_fault_of_the_server_is_raised_at_once() -> None:
    session = ConcurrentSession(1, "invalid page in block 0")

    with pytest.raises(psycopg.errors.InternalError_):
        session.run("SELECT 1")
    assert session.statements == 1
