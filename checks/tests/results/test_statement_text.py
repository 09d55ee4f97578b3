"""Statements as they are shown: nothing that a learner has to see is cut away."""

from checks.results.statement_text import MAX_WIDTH, shorten_sql

COLUMNS = ", ".join(f"events.column_{n} AS events_column_{n}" for n in range(12))


def test_the_columns_of_a_long_statement_are_folded() -> None:
    assert shorten_sql(f"SELECT {COLUMNS}\nFROM events") == "SELECT … FROM events"


def test_a_subquery_among_the_columns_stays() -> None:
    count = "(SELECT count(*) FROM tasks WHERE tasks.event_id = events.id) AS task_count"

    text = shorten_sql(f"SELECT {count}, {COLUMNS} FROM events LIMIT 3")

    assert text == f"SELECT {count}, … FROM events LIMIT 3"


def test_columns_without_their_table_are_folded_too() -> None:
    names = ", ".join(f"column_{n}" for n in range(30))

    assert shorten_sql(f"SELECT {names} FROM events") == "SELECT … FROM events"


def test_a_short_statement_stays_and_a_long_one_ends_with_an_ellipsis() -> None:
    assert shorten_sql("SELECT a.x, a.y, a.z\n  FROM a") == "SELECT a.x, a.y, a.z FROM a"
    assert shorten_sql("SELECT 1 WHERE " + "x" * MAX_WIDTH) == f"SELECT 1 WHERE {'x' * 385}…"
