"""The administrator's session among others that make and drop roles at the same time."""

from collections.abc import Mapping

import psycopg
import pytest

from checks.services.admin import ATTEMPTS, Row, Session


class Overtaken(Session):
    """A session whose first statements meet a role that is being dropped."""

    def __init__(self, times: int, words: str) -> None:
        super().__init__("")
        self.times, self.words, self.asked = times, words, 0

    def _run(self, statement: str, values: Mapping[str, object] | None) -> list[Row]:
        self.asked += 1
        if self.asked <= self.times:
            raise psycopg.errors.InternalError_(self.words)
        return [(statement,)]


def test_a_statement_that_was_overtaken_is_asked_again() -> None:
    session = Overtaken(2, "could not find tuple for role 1514193")

    assert session.run("GRANT a TO b") == [("GRANT a TO b",)]


def test_not_for_ever() -> None:
    session = Overtaken(99, "could not find tuple for role 1514193")

    with pytest.raises(psycopg.errors.InternalError_):
        session.run("GRANT a TO b")
    assert session.asked == ATTEMPTS


def test_another_fault_of_the_server_is_raised_at_once() -> None:
    session = Overtaken(1, "invalid page in block 0")

    with pytest.raises(psycopg.errors.InternalError_):
        session.run("SELECT 1")
    assert session.asked == 1
