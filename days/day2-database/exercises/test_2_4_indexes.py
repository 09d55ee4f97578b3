"""Task 2.4: each frequent question has its index, and no index is there for nothing.

Judged by what PostgreSQL's catalogue says of the migrated database. Names are yours.
"""

import pytest

# What an index can be found by: whole rows, whole columns. Partial ones answer other questions.
INDEXES = """
SELECT t.relname::text AS table, i.relname::text AS name, x.indisunique AS is_unique,
       ARRAY(SELECT a.attname::text
             FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k (number, place)
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
             WHERE k.place <= x.indnkeyatts ORDER BY k.place) AS columns,
       x.indoption::text AS directions
FROM pg_index x
JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_am m ON m.oid = i.relam
WHERE t.relnamespace = 'public'::regnamespace AND m.amname = 'btree'
  AND x.indpred IS NULL AND x.indexprs IS NULL AND x.indisvalid
ORDER BY 1, 2
"""
FOREIGN_KEYS = """
SELECT t.relname::text AS table,
       ARRAY(SELECT a.attname::text FROM pg_attribute a
             WHERE a.attrelid = t.oid AND a.attnum = ANY (c.conkey)) AS columns
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.contype = 'f' AND t.relnamespace = 'public'::regnamespace
ORDER BY 1, 2
"""
SCHEMA = "stairs"
OWNER = """
SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = current_database()
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


@pytest.fixture
def indexes(database):
    """Every index of the migrated database, as a dict with table, name and columns."""
    return database.rows(INDEXES)


@pytest.fixture
def stairs(database, server):
    """The address of an empty schema, which is gone afterwards."""
    database.execute(f'CREATE SCHEMA {SCHEMA} AUTHORIZATION "{database.value(OWNER)}"')
    address = server.environment["DATABASE_URL"]
    yield f"{address}{'&' if '?' in address else '?'}options=-csearch_path%3D{SCHEMA}"
    database.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


class TestIndexes:
    @pytest.mark.gate
    def test_the_soonest_events_have_an_index(self, indexes):
        asked = "an index of events begins with start_time"
        assert begins(indexes, "events", "start_time"), asked

    def test_an_organizers_events_of_a_status_have_an_index(self, indexes):
        asked = "an index of events begins with organizer_id, status"
        assert begins(indexes, "events", "organizer_id", "status"), asked

    def test_each_foreign_key_has_an_index(self, database, indexes):
        bare = [
            f"{key['table']}({', '.join(key['columns'])})"
            for key in database.rows(FOREIGN_KEYS)
            if not any(covers(index, key) for index in indexes)
        ]

        assert bare == [], "each foreign key is the beginning of an index; these are not"

    def test_no_index_is_the_beginning_of_another(self, indexes):
        empty_database = [
            f"{a['table']}: {a['name']} ({', '.join(a['columns'])}) is in {b['name']}"
            for a in indexes
            for b in indexes
            if a["name"] != b["name"] and is_spare(a, b)
        ]

        assert empty_database == [], "no index is the beginning of another, which does its work"

    def test_models_and_migrations_agree(self, commands):
        done = commands.run("alembic", "check")

        said = (done.stderr + done.stdout).strip()
        asked = f"alembic check finds nothing to do; it said: {said[-500:]}"
        assert "No new upgrade operations detected" in said, asked

    def test_each_step_goes_up_down_and_up_again(self, commands, stairs):
        broken = commands.probe(STAIRWAY, url=stairs)

        assert broken == [], "each revision goes up, down and up again; this one does not"


def begins(indexes, table, *columns):
    """Whether an index of the table begins with these columns, in this order."""
    width = len(columns)
    return any(i["table"] == table and i["columns"][:width] == [*columns] for i in indexes)


def covers(index, key):
    """Whether the index finds the rows of a foreign key, in whatever order its columns stand."""
    width = len(key["columns"])
    same = set(index["columns"][:width]) == set(key["columns"])
    return index["table"] == key["table"] and same


def is_spare(a, b):
    """Whether `b` answers all that `a` answers, and `a` forbids nothing that `b` allows."""
    width = len(a["columns"])
    begins_so = a["table"] == b["table"] and a["columns"] == b["columns"][:width]
    same_way = a["directions"].split() == b["directions"].split()[:width]
    needed = a["is_unique"] and not (b["is_unique"] and len(b["columns"]) == width)
    return begins_so and same_way and not needed
