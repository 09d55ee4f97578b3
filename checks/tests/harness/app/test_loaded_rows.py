"""Which statements load the rows that they were to count."""

import pytest

from checks.harness.app.loaded_rows import loaded_columns, tables_read_uncounted

TABLES = ("tasks", "event_participants")
JOINED = """
SELECT a.id, tasks_1.id AS id_1
FROM (SELECT events.id AS id, (SELECT count(*) FROM event_participants) AS n FROM events LIMIT 3)
AS a LEFT OUTER JOIN tasks AS tasks_1 ON a.id = tasks_1.event_id
"""
SUBQUERY = """
SELECT events.id, (SELECT count(*) FROM tasks WHERE tasks.event_id = events.id) AS n
FROM events WHERE EXISTS (SELECT tasks.id FROM tasks)
"""
LATERAL = """
SELECT events.id, counts.n
FROM events JOIN LATERAL (SELECT count(tasks.id) AS n FROM tasks) AS counts ON true
"""


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("SELECT tasks.id, tasks.status FROM tasks", ["tasks.id", "tasks.status"]),
        ("SELECT e.id, t.id FROM events e LEFT JOIN tasks AS t ON t.event_id = e.id", ["tasks.id"]),
        (JOINED, ["tasks.id"]),
        ("SELECT t.* FROM tasks t", ["tasks.*"]),
        ("SELECT events.id, ' FROM ' AS x, tasks.id FROM events, tasks", ["tasks.id"]),
    ],
)
def test_columns_of_rows_are_found_under_any_alias(statement: str, expected: list[str]) -> None:
    assert loaded_columns(statement, TABLES) == expected


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT tasks.event_id, count(*) FROM tasks GROUP BY tasks.event_id",
        "SELECT events.id, count(tasks.id) FROM events LEFT JOIN tasks ON true GROUP BY events.id",
        "SELECT count(tasks.id) FROM tasks",
        SUBQUERY,
        LATERAL,
    ],
)
def test_what_counts_loads_nothing(statement: str) -> None:
    assert loaded_columns(statement, TABLES) == []
    assert tables_read_uncounted(statement, TABLES) == []


def test_rows_behind_a_subquery_are_read_without_a_count() -> None:
    statement = "SELECT a.id FROM (SELECT id, event_id FROM tasks) AS a"

    assert tables_read_uncounted(statement, TABLES) == ["tasks"]
