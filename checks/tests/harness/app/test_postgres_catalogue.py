"""What the exercises read of PostgreSQL: indexes, rows that an answer costs, held commits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx2
import psycopg
import pytest

from checks import services
from checks.harness.app import database_client
from checks.harness.app.commit_hold import CommitHold, refused_title
from checks.harness.app.concurrent_requests import blocked_requests
from checks.harness.app.database_client import DatabaseClient
from checks.harness.app.index_catalog import redundant_indexes, uncovered_foreign_keys
from checks.harness.app.lock_waits import lock_waits
from checks.harness.app.table_statistics import rows_read_by, rows_visited_by
from checks.harness.errors import TooMuchOutput

TABLES = """
CREATE TABLE owners (id int PRIMARY KEY);
CREATE TABLE things (id int PRIMARY KEY, owner_id int REFERENCES owners (id), size int);
CREATE INDEX ix_size ON things (size);
CREATE INDEX ix_size_id ON things (size, id);
CREATE INDEX ix_size_down ON things (size DESC);
CREATE UNIQUE INDEX ux_size ON things (size);
"""


@dataclass(frozen=True)
class Clients:
    """The test's way to a database, and a session of its application, which may be kept waiting."""

    checker: DatabaseClient
    app: psycopg.Connection


@pytest.fixture
def clients() -> Iterator[Clients]:
    postgres = services.ensure().postgres
    database = postgres.create_database()
    checker = DatabaseClient(postgres.dsn(database))
    checker.execute(TABLES)
    with psycopg.connect(postgres.url(database).replace("+psycopg", "")) as app:
        yield Clients(checker, app)
    checker.close()
    postgres.drop_database(database)


@pytest.fixture
def database(clients: Clients) -> DatabaseClient:
    return clients.checker


@pytest.fixture
def insert(clients: Clients) -> Callable[[], httpx2.Response]:
    """A stand-in for a request of the app: it writes a row and commits."""

    def write() -> httpx2.Response:
        clients.app.execute("INSERT INTO owners VALUES (1)")
        clients.app.commit()
        return httpx2.Response(201)

    return write


def test_a_table_without_an_end_is_not_read_to_its_end(
    database: DatabaseClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_client, "ROW_LIMIT", 10)

    with pytest.raises(TooMuchOutput, match="more than 10 rows"):
        database.rows("SELECT generate_series(1, 1000000) AS number")

    assert database.value("SELECT 1") == 1, "the connection is good for the next query"


class TestIndexes:
    def test_the_beginning_of_another_index_is_redundant(self, database: DatabaseClient) -> None:
        assert redundant_indexes(database) == [
            "things: ix_size (size) is in ix_size_id",
            "things: ix_size (size) is in ux_size",
        ]

    @pytest.mark.parametrize("method", ["hash", "brin"])
    def test_an_index_is_redundant_beside_a_b_tree_of_its_column(
        self, database: DatabaseClient, method: str
    ) -> None:
        database.execute("CREATE INDEX ix_owner ON things (owner_id, size)")
        assert not any("owner" in line for line in redundant_indexes(database))

        database.execute(f"CREATE INDEX ix_owner_again ON things USING {method} (owner_id)")

        redundant = redundant_indexes(database)
        assert "things: ix_owner_again (owner_id) is in ix_owner" in redundant
        assert not any(line.startswith("things: ix_owner (") for line in redundant)

    def test_a_hash_index_finds_the_rows_of_a_foreign_key(self, database: DatabaseClient) -> None:
        database.execute("CREATE INDEX ix_owner ON things USING brin (owner_id)")
        assert uncovered_foreign_keys(database) == ["things(owner_id)"]

        database.execute("CREATE INDEX ix_owner_hash ON things USING hash (owner_id)")

        assert uncovered_foreign_keys(database) == []

    def test_a_foreign_key_wants_an_index(self, database: DatabaseClient) -> None:
        assert uncovered_foreign_keys(database) == ["things(owner_id)"]

        database.execute("CREATE INDEX ix_owner ON things (owner_id, size)")

        assert uncovered_foreign_keys(database) == []


class TestStatistics:
    def test_the_rows_of_another_session_are_counted(self, database: DatabaseClient) -> None:
        database.execute("INSERT INTO owners SELECT generate_series(1, 100)")

        def read() -> None:
            with database.connect() as connection:
                connection.execute("SELECT count(*) FROM owners")

        assert rows_read_by(database, "owners", read) == 100

    def test_a_table_of_that_name_in_another_schema_is_not_the_apps(
        self, database: DatabaseClient
    ) -> None:
        database.execute("CREATE SCHEMA aside")
        database.execute("CREATE TABLE aside.owners AS SELECT generate_series(1, 3) AS id")
        database.execute("INSERT INTO owners SELECT generate_series(1, 10)")

        def read() -> None:
            with database.connect() as connection:
                connection.execute("SELECT * FROM aside.owners")
                connection.execute("SELECT * FROM public.owners")

        assert rows_read_by(database, "owners", read) == 10

    def test_rows_that_only_an_index_has_shown_are_visited_too(
        self, database: DatabaseClient
    ) -> None:
        database.execute("INSERT INTO owners SELECT generate_series(1, 100)")
        database.execute("INSERT INTO things SELECT n, n, n FROM generate_series(1, 3) AS n")

        def read() -> None:
            with database.connect() as connection:
                connection.execute("SET enable_seqscan = off")
                connection.execute("SELECT count(id) FROM owners WHERE id <= 40")
                connection.execute("SET enable_seqscan = on")
                connection.execute("SELECT owner_id + 1 FROM things")

        assert rows_visited_by(database, ("owners", "things"), read) == 43


class TestCommitHold:
    def test_a_commit_waits_until_it_is_released(
        self, database: DatabaseClient, insert: Callable[[], httpx2.Response]
    ) -> None:
        query = "SELECT count(*) FROM owners"
        with (
            CommitHold(database, "owners", "INSERT") as commit,
            blocked_requests(database, insert) as responses,
        ):
            held = lock_waits(database), database.value(query), len(responses)
            commit.release()

        assert held == (1, 0, 0), "sessions that wait, rows that are committed, responses"
        assert (database.value(query), len(responses)) == (1, 1)

    def test_the_trigger_is_gone_afterwards(self, database: DatabaseClient) -> None:
        with CommitHold(database, "owners", "INSERT"):
            pass

        triggers = "SELECT count(*) FROM pg_trigger WHERE tgname = 'hold_the_commit'"
        assert database.value(triggers) == 0


def test_a_row_with_the_title_is_refused_until_the_block_ends(database: DatabaseClient) -> None:
    database.execute("CREATE TABLE plans (title text)")
    insert = "INSERT INTO plans (title) VALUES (%(title)s)"

    with refused_title(database, "plans", "Bad", "unique_violation"):
        database.execute(insert, title="Good")
        with pytest.raises(psycopg.errors.UniqueViolation):
            database.execute(insert, title="Bad")
    database.execute(insert, title="Bad")

    assert database.value("SELECT count(*) FROM plans") == 2
