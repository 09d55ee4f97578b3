"""No statement of a test waits for ever, whatever the app has made of its database."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from checks import services
from checks.harness.app import database_client
from checks.harness.app.database_client import DatabaseClient
from checks.harness.errors import AppHangs

SLEEPING_VIEW = ("CREATE VIEW events AS SELECT pg_sleep(3600)::text AS title",)
LOCKED_TABLE = ("CREATE TABLE events (title text)", "BEGIN", "LOCK TABLE events")
ASKS: dict[str, Callable[[DatabaseClient], object]] = {
    "rows": lambda client: client.rows("SELECT title FROM events"),
    "value": lambda client: client.value("SELECT title FROM events"),
    "execute": lambda client: client.execute("SELECT title FROM events"),
}
Act = Callable[[tuple[str, ...]], DatabaseClient]


@pytest.fixture
def after(monkeypatch: pytest.MonkeyPatch) -> Iterator[Act]:
    """`after(sql)`: the tests' client of a database in whose session the app has done that."""
    monkeypatch.setattr(database_client, "STATEMENT_SECONDS", 1)
    postgres = services.ensure().postgres
    database = postgres.create_database()
    client = DatabaseClient(postgres.dsn(database))
    with psycopg.connect(postgres.url(database).replace("+psycopg", ""), autocommit=True) as app:

        def act(statements: tuple[str, ...]) -> DatabaseClient:
            unlimited = f"ALTER DATABASE {database.name} SET statement_timeout = 0"
            for statement in (unlimited, *statements):
                app.execute(statement.encode())
            return client

        yield act
    client.close()
    postgres.drop_database(database)


@pytest.mark.parametrize("statements", [SLEEPING_VIEW, LOCKED_TABLE], ids=["view", "lock"])
@pytest.mark.parametrize("asks", ASKS)
def test_a_statement_that_does_not_end_is_a_hang_of_the_app(
    after: Act, statements: tuple[str, ...], asks: str
) -> None:
    client = after(statements)

    with pytest.raises(AppHangs, match="a statement of the tests was not answered within 1 s"):
        ASKS[asks](client)
