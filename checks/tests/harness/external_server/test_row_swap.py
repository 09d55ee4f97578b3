"""A person's rows leave and come back: in any order of tables, with their numbers and columns."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from checks import services
from checks.errors import CourseError
from checks.harness.external_server import row_backup
from checks.harness.external_server.row_swap import RowSwap
from checks.harness.external_server.server import ExternalServer
from checks.runner.server_record import backup_folder

# Two tables that point at each other and at themselves, and what else a table may have.
TABLES = """
CREATE TABLE "Left" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, double int GENERATED ALWAYS
    AS (id * 2) STORED, other int, parent int REFERENCES "Left", said text);
CREATE TABLE rights (id serial PRIMARY KEY, lefts int NOT NULL REFERENCES "Left" (id));
ALTER TABLE "Left" ADD CONSTRAINT round FOREIGN KEY (other) REFERENCES rights (id);
CREATE TABLE alembic_version (version_num text);
CREATE SEQUENCE loose START 5;
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.said := 'stamped'; RETURN NEW; END $$;
INSERT INTO alembic_version VALUES ('head');
INSERT INTO "Left" (said) VALUES (E'tab\\tand line\\n'), (NULL);
INSERT INTO rights (lefts) VALUES (1), (2);
UPDATE "Left" SET other = 2, parent = 1;
SELECT setval('loose', 9, false);
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON "Left" FOR EACH ROW EXECUTE FUNCTION stamp();
"""
STATE_QUERIES = (
    'SELECT * FROM "Left" ORDER BY id',
    "SELECT * FROM rights ORDER BY id",
    "SELECT * FROM alembic_version",
    "SELECT last_value, is_called FROM loose",
    "SELECT last_value, is_called FROM rights_id_seq",
    "SELECT conname, condeferrable, condeferred FROM pg_constraint WHERE contype = 'f' ORDER BY 1",
    "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal",
)
Row = tuple[Any, ...]


@pytest.fixture
def database() -> Iterator[services.Database]:
    postgres = services.ensure().postgres
    database = postgres.create_database()
    with postgres.connect(database) as connection:
        connection.execute(TABLES.encode())
    yield database
    postgres.drop_database(database)


@pytest.fixture
def connection(database: services.Database) -> Iterator[row_backup.Connection]:
    with services.ensure().postgres.connect(database) as connection:
        yield connection


@pytest.fixture
def external(database: services.Database) -> Iterator[ExternalServer]:
    running = services.ensure()
    number = running.redis.lease()
    yield ExternalServer("http://there", running, database, number, None, False, True)
    running.redis.release(number)
    shutil.rmtree(backup_folder(running.postgres.dsn(database)), ignore_errors=True)


def state(connection: row_backup.Connection) -> list[list[Row]]:
    return [connection.execute(query.encode()).fetchall() for query in STATE_QUERIES]


def test_everything_is_as_it_was(connection: row_backup.Connection, tmp_path: Path) -> None:
    before = state(connection)

    rows = row_backup.dump_and_truncate(connection, tmp_path / "rows.zip")
    truncated = state(connection)
    connection.execute("""INSERT INTO "Left" (said) VALUES ('of a test')""")
    row_backup.restore(connection, tmp_path / "rows.zip")

    assert rows == 4
    assert truncated[:3] == [[], [], [("head",)]]
    assert state(connection) == before


def test_no_row_leaves_before_the_file_is_there(
    connection: row_backup.Connection, tmp_path: Path
) -> None:
    before = state(connection)

    with pytest.raises(OSError, match="no-such-folder"):
        row_backup.dump_and_truncate(connection, tmp_path / "no-such-folder/rows.zip")

    assert state(connection) == before


def test_rows_that_do_not_fit_any_more_are_not_lost(
    external: ExternalServer, connection: row_backup.Connection
) -> None:
    swap = RowSwap(external)
    swap.begin(may_empty=False)
    connection.execute("""ALTER TABLE "Left" DROP COLUMN said""")

    message = swap.end()

    assert message.startswith("the rows of its database are not back (")
    assert message.endswith(f"): they lie in {swap.file}")
    assert swap.file.is_file()


def test_a_request_that_never_ends_does_not_keep_the_rows_away(
    external: ExternalServer, connection: row_backup.Connection
) -> None:
    before = state(connection)
    swap = RowSwap(external)
    swap.begin(may_empty=False)
    url = external.services.postgres.url(external.database)
    idle = psycopg.connect(url.replace("+psycopg", ""))
    idle.execute("SELECT * FROM rights")

    assert swap.end() == "the rows of its database are back"

    assert state(connection) == before
    idle.close()


def test_the_keys_of_redis_come_back_too(external: ExternalServer) -> None:
    client: Any = external.services.redis.client(external.redis or 0)
    client.set("mine", b"\xff\x00", px=600_000)
    client.rpush("list", "a", "b")
    swap = RowSwap(external)

    swap.begin(may_empty=False)
    client.flushdb()
    client.set("of-a-test", 1)
    swap.end()

    assert set(client.keys()) == {b"mine", b"list"}
    assert client.get("mine") == b"\xff\x00"
    assert client.lrange("list", 0, -1) == [b"a", b"b"]
    assert 0 < client.pttl("mine") <= 600_000
    assert client.pttl("list") == -1


class TestFarAway:
    def test_rows_of_another_machine_are_let_be(
        self, external: ExternalServer, connection: row_backup.Connection
    ) -> None:
        before = state(connection)
        swap = RowSwap(replace(external, is_local=False))

        with pytest.raises(CourseError, match=r"another machine and hold 4 rows .*--may-empty"):
            swap.begin(may_empty=False)

        assert swap.end() == ""
        assert state(connection) == before

    def test_unless_they_may_be_set_aside(
        self, external: ExternalServer, connection: row_backup.Connection
    ) -> None:
        before = state(connection)
        swap = RowSwap(replace(external, is_local=False))

        swap.begin(may_empty=True)
        swap.end()

        assert state(connection) == before

    def test_an_empty_database_may_be_anywhere(
        self, external: ExternalServer, connection: row_backup.Connection
    ) -> None:
        connection.execute('TRUNCATE "Left", rights')

        swap = RowSwap(replace(external, is_local=False))

        assert swap.begin(may_empty=False)

        swap.end()


def test_the_place_of_the_rows_tells_databases_apart(external: ExternalServer) -> None:
    postgres, database = external.services.postgres, external.database
    application = postgres.url(database).replace("+psycopg", "")

    assert backup_folder(postgres.dsn(database)) == backup_folder(application)
    other = replace(database, name="another")
    assert backup_folder(postgres.dsn(database)) != backup_folder(postgres.dsn(other))
