"""Task 2.3: a migration that says what the models say, and that can be taken back.

The tests run your migrations in a schema of their own, and once on SQLite.
"""

import psycopg
import pytest

SCHEMA = "stairs"
OWNER = """
SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = current_database()
"""
COLUMNS = """
SELECT column_name::text AS name, is_nullable = 'YES' AS nullable, data_type::text AS type
FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = 'event_participants'
"""
# 'c' is ON DELETE CASCADE.
FOREIGN_KEYS = """
SELECT a.attname::text AS column, c.confrelid::regclass::text AS target,
       c.confdeltype::text AS on_delete
FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND c.conrelid = 'event_participants'::regclass
"""
INDEXES = """
SELECT i.relname::text AS name, x.indisunique AS is_unique,
       ARRAY(SELECT a.attname::text
             FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k (number, place)
             JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number
             WHERE k.place <= x.indnkeyatts ORDER BY k.place) AS columns
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indrelid = 'event_participants'::regclass
  AND x.indpred IS NULL AND x.indexprs IS NULL AND x.indisvalid
ORDER BY 1
"""
LEFT = """
SELECT relname::text AS name FROM pg_class
WHERE relnamespace = 'stairs'::regnamespace AND relkind IN ('r', 'v', 'm', 'S', 'p')
  AND relname <> 'alembic_version'
UNION ALL
SELECT 'type ' || typname FROM pg_type
WHERE typnamespace = 'stairs'::regnamespace AND typtype IN ('e', 'd')
UNION ALL
SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'stairs'::regnamespace
ORDER BY 1
"""
SHAPE = """
SELECT table_name::text, column_name::text, data_type::text, is_nullable::text, column_default
FROM information_schema.columns WHERE table_schema = 'stairs'
UNION ALL
SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid), '', ''
FROM pg_constraint WHERE connamespace = 'stairs'::regnamespace
UNION ALL
SELECT tablename::text, indexname::text, indexdef, '', ''
FROM pg_indexes WHERE schemaname = 'stairs'
ORDER BY 1, 2, 3
"""
STAIRWAY = """
import os
os.environ["DATABASE_URL"] = given["url"]

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

config = Config("alembic.ini")
answer = []
for step in reversed([*ScriptDirectory.from_config(config).walk_revisions()]):
    try:
        command.upgrade(config, step.revision)
        command.downgrade(config, "-1")
        command.upgrade(config, step.revision)
    except Exception as error:
        answer.append(f"{step.revision}: {type(error).__name__}: {str(error).splitlines()[0]}")
        break
"""
SQLITE = """
import sqlite3

connection = sqlite3.connect(given["file"])
statements = (
    "INSERT INTO users (id, email, hashed_password, full_name)"
    " VALUES (1, 'a@example.com', 'x', 'A')",
    "INSERT INTO events (id, title, start_time, end_time, organizer_id)"
    " VALUES (1, 'Fair', '2031-05-01 10:00', '2031-05-01 12:00', 1)",
    "INSERT INTO event_participants (event_id, user_id) VALUES (1, 1)",
)
try:
    for statement in statements:
        connection.execute(statement)
    answer = [row[0] for row in connection.execute("SELECT joined_at FROM event_participants")]
except sqlite3.Error as error:
    answer = str(error)
"""
PEOPLE = (
    """
    INSERT INTO users (id, email, hashed_password, full_name) VALUES (1, 'a@example.com', 'x', 'A')
    """,
    """
    INSERT INTO events (id, title, start_time, end_time, organizer_id)
    VALUES (1, 'Fair', now(), now() + interval '1 hour', 1)
    """,
)


@pytest.fixture
def stairs(database, server):
    """The address of an empty schema, which is gone afterwards."""
    database.execute(f'CREATE SCHEMA {SCHEMA} AUTHORIZATION "{database.value(OWNER)}"')
    address = server.environment["DATABASE_URL"]
    yield f"{address}{'&' if '?' in address else '?'}options=-csearch_path%3D{SCHEMA}"
    database.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


@pytest.fixture
def alembic(commands):
    """Run alembic on the database of that address."""

    def run(url, *argv):
        done = commands.run("alembic", *argv, env={"DATABASE_URL": url})
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        assert done.returncode == 0, f"alembic {' '.join(argv)} succeeds; it said: {said}"

    return run


class TestTable:
    @pytest.mark.gate
    def test_the_migrations_make_the_table(self, database):
        found = {row["name"]: row for row in database.rows(COLUMNS)}

        asked = "alembic upgrade head makes event_participants with"
        assert {"event_id", "user_id", "joined_at"} <= set(found), f"{asked} its three columns"
        nullable = [name for name, column in found.items() if column["nullable"]]
        assert nullable == [], f"{asked} NOT NULL on every column"
        zone = found["joined_at"]["type"]
        assert zone == "timestamp with time zone", f"{asked} a joined_at that knows its zone"

    def test_a_pair_is_unique(self, database):
        unique = [set(index["columns"]) for index in database.rows(INDEXES) if index["is_unique"]]

        asked = "a primary key or UNIQUE constraint over exactly event_id and user_id"
        assert {"event_id", "user_id"} in unique, asked

    def test_both_foreign_keys_cascade(self, database):
        found = {
            (key["column"], key["target"], key["on_delete"]) for key in database.rows(FOREIGN_KEYS)
        }

        wanted = {("event_id", "events", "c"), ("user_id", "users", "c")}
        assert found >= wanted, "foreign keys to events and users, ON DELETE CASCADE ('c')"

    @pytest.mark.parametrize("column", ["event_id", "user_id"])
    def test_each_foreign_key_begins_an_index(self, database, column):
        begun = [index["columns"][0] for index in database.rows(INDEXES)]

        assert column in begun, f"an index of event_participants begins with {column}"

    def test_no_index_is_the_beginning_of_another(self, database):
        found = database.rows(INDEXES)

        empty_database = [
            f"{a['name']} ({', '.join(a['columns'])}) is in {b['name']}"
            for a in found
            for b in found
            if a["name"] != b["name"] and not a["is_unique"]
            if a["columns"] == b["columns"][: len(a["columns"])]
        ]
        assert empty_database == [], "no index of event_participants is the beginning of another"

    def test_a_row_needs_only_the_pair(self, database):
        for statement in PEOPLE:
            database.execute(statement)

        try:
            database.execute("INSERT INTO event_participants (event_id, user_id) VALUES (1, 1)")
        except psycopg.Error as error:
            raise AssertionError(f"INSERT of a pair on PostgreSQL; it said: {error}") from None

    def test_a_row_needs_only_the_pair_on_sqlite(self, commands, alembic):
        file = commands.border.inside("exercise-2-3.db")
        (commands.border.scratch / "exercise-2-3.db").unlink(missing_ok=True)
        alembic(f"sqlite:///{file}", "upgrade", "head")

        found = commands.probe(SQLITE, file=file)

        asked = "INSERT of a pair on SQLite, after alembic upgrade head there; it said"
        assert isinstance(found, list), f"{asked}: {found}"
        assert found[0], f"{asked} that joined_at is empty"


class TestStairway:
    def test_models_and_migrations_agree(self, commands):
        done = commands.run("alembic", "check")

        said = (done.stderr + done.stdout).strip()
        asked = f"alembic check finds nothing to do; it said: {said[-500:]}"
        assert "No new upgrade operations detected" in said, asked

    def test_each_step_goes_up_down_and_up_again(self, commands, stairs):
        broken = commands.probe(STAIRWAY, url=stairs)

        assert broken == [], "each revision goes up, down and up again; this one does not"

    def test_the_way_down_leaves_nothing_behind(self, database, alembic, stairs):
        alembic(stairs, "upgrade", "head")
        before = database.rows(SHAPE)

        alembic(stairs, "downgrade", "base")

        left = [row["name"] for row in database.rows(LEFT)]
        assert left == [], "tables, sequences, types and functions after alembic downgrade base"
        alembic(stairs, "upgrade", "head")
        assert database.rows(SHAPE) == before, "the tables after downgrade base, upgrade head"
