"""Task 2.3: a migration that says what the models say, and that can be taken back.

The tests run your migrations in a schema of their own, and once on SQLite.
"""

import pytest

from checks.harness.app.schema_catalog import (
    columns,
    definitions,
    foreign_keys,
    objects,
    table_indexes,
)
from checks.harness.fixtures.constraint_violations import assert_accepted
from checks.harness.fixtures.migrations import broken_steps, sqlite_insert

TABLE = "event_participants"
# Both PostgreSQL and SQLite take these.
PEOPLE = (
    "INSERT INTO users (id, email, hashed_password, full_name) VALUES (1, 'a@x.eu', 'x', 'A')",
    """
    INSERT INTO events (id, title, start_time, end_time, organizer_id)
    VALUES (1, 'Fair', '2031-05-01 10:00', '2031-05-01 12:00', 1)
    """,
)
PAIR = "INSERT INTO event_participants (event_id, user_id) VALUES (1, 1)"
JOINED_AT = "SELECT joined_at FROM event_participants"


class TestTable:
    @pytest.mark.gate
    def test_the_migrations_make_the_table(self, database):
        table = columns(database, TABLE)

        case = "alembic upgrade head makes event_participants with"
        assert {"event_id", "user_id", "joined_at"} <= set(table), f"{case} its three columns"
        nullable = [column.name for column in table.values() if column.is_nullable]
        assert nullable == [], f"{case} NOT NULL on every column"
        zone = table["joined_at"].type
        assert zone == "timestamp with time zone", f"{case} a joined_at that knows its zone"

    def test_a_pair_is_unique(self, database):
        unique = [set(index.columns) for index in table_indexes(database, TABLE) if index.is_unique]

        case = "a primary key or UNIQUE constraint over exactly event_id and user_id"
        assert {"event_id", "user_id"} in unique, case

    def test_both_foreign_keys_cascade(self, database):
        keys = {(key.column, key.target, key.on_delete) for key in foreign_keys(database, TABLE)}

        cascading = {("event_id", "events", "c"), ("user_id", "users", "c")}
        assert keys >= cascading, "foreign keys to events and users, ON DELETE CASCADE ('c')"

    @pytest.mark.parametrize("column", ["event_id", "user_id"])
    def test_each_foreign_key_begins_an_index(self, database, column):
        first_columns = [index.columns[0] for index in table_indexes(database, TABLE)]

        assert column in first_columns, f"an index of event_participants begins with {column}"

    def test_no_index_is_the_beginning_of_another(self, database):
        indexes = table_indexes(database, TABLE)

        redundant = [
            f"{a.name} ({', '.join(a.columns)}) is in {b.name}"
            for a in indexes
            for b in indexes
            if a.name != b.name and not a.is_unique
            if a.columns == b.columns[: len(a.columns)]
        ]
        assert redundant == [], "no index of event_participants is the beginning of another"

    def test_a_row_needs_only_the_pair(self, database):
        for statement in PEOPLE:
            database.execute(statement)

        with assert_accepted("INSERT of a pair on PostgreSQL"):
            database.execute(PAIR)

    def test_a_row_needs_only_the_pair_on_sqlite(self, commands, alembic, sqlite_file):
        alembic(f"sqlite:///{sqlite_file}", "upgrade", "head")

        stored = sqlite_insert(commands, sqlite_file, [*PEOPLE, PAIR], JOINED_AT)

        case = "INSERT of a pair on SQLite, after alembic upgrade head there; it said"
        assert isinstance(stored, list), f"{case}: {stored}"
        assert stored[0], f"{case} that joined_at is empty"


class TestStairway:
    def test_models_and_migrations_agree(self, commands, database, alembic, empty_schema):
        result = commands.run("alembic", "check")

        message = (result.stderr + result.stdout).strip()
        case = f"alembic check finds nothing to do; it said: {message[-500:]}"
        assert "No new upgrade operations detected" in message, case

        alembic(empty_schema.url, "upgrade", "head")
        database.execute(f"DROP TABLE {empty_schema.name}.{TABLE}")
        result = commands.run("alembic", "check", env={"DATABASE_URL": empty_schema.url})

        case = f"alembic check reports {TABLE} when the table is missing"
        assert TABLE in result.stderr + result.stdout, case

    def test_each_step_goes_up_down_and_up_again(self, commands, empty_schema):
        broken = broken_steps(commands, empty_schema.url)

        assert broken == [], "each revision goes up, down and up again; this one does not"

    def test_the_way_down_leaves_nothing_behind(self, database, alembic, empty_schema):
        url, schema = empty_schema.url, empty_schema.name
        alembic(url, "upgrade", "head")
        before = definitions(database, schema)

        alembic(url, "downgrade", "base")

        left = objects(database, schema)
        assert left == [], "tables, sequences, types and functions after alembic downgrade base"
        alembic(url, "upgrade", "head")
        assert definitions(database, schema) == before, (
            "the tables after downgrade base, upgrade head"
        )
