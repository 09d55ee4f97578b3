"""A session that tries again and again to get a lock, and one that has tried once."""

from itertools import count
from typing import Any, cast

from checks.harness.app.database_sessions import MORE_THAN_A_CONNECTION_HAS, LockRetries


class Sessions:
    """Each look at the sessions shows the next of these lists of (pid, query_start)."""

    def __init__(self, looks: list[list[tuple[int, int]]]) -> None:
        self._looks = iter(looks)

    def rows(self, query: str) -> list[dict[str, int]]:
        return [{"pid": pid, "query_start": start} for pid, start in next(self._looks)]


def look(looks: list[list[tuple[int, int]]]) -> bool:
    """Whether the last of the looks has seen a session that keeps trying."""
    retries = LockRetries(cast("Any", Sessions(looks)))
    return [retries.are_seen() for _ in looks][-1]


def test_a_session_that_begins_a_statement_again_and_again_is_seen() -> None:
    assert look([[(7, start)] for start in range(MORE_THAN_A_CONNECTION_HAS)])


def test_a_session_that_rests_is_none_however_often_one_looks() -> None:
    assert not look([[(7, 1)]] * 50)


def test_sessions_that_try_once_each_are_none() -> None:
    pids = count()
    assert not look([[(next(pids), 1), (next(pids), 2)] for _ in range(50)])
