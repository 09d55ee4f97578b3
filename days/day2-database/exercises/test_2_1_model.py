"""Task 2.1: the models say who takes part in which event, and since when.

The tables are made from your models alone, in a schema of their own: no migration is needed yet.
"""

from datetime import timedelta

import psycopg
import pytest

from checks.harness.app.schema_catalog import columns
from checks.harness.fixtures.constraint_violations import assert_allowed, assert_refused
from checks.harness.fixtures.empty_schema import create_schema, schema_url
from checks.harness.probes import orm_models
from checks.harness.probes.module_source import source_of

SCHEMA, TABLE = "made_from_models", "event_participants"
MODELS = source_of(orm_models)
DELETE = f"""{MODELS}
answer = deletion_error(given["url"], given["table"], given["id"], loaded=given["loaded"])
"""
# Ann (1) organises two events; Bob (2) is nobody's organizer.
PEOPLE = (
    f"""
    INSERT INTO {SCHEMA}.users (id, email, hashed_password, full_name)
    VALUES (1, 'ann@example.com', 'x', 'Ann'), (2, 'bob@example.com', 'x', 'Bob')
    """,
    f"""
    INSERT INTO {SCHEMA}.events (id, title, start_time, end_time, organizer_id)
    VALUES (1, 'Fair', now(), now() + interval '1 hour', 1),
           (2, 'Feast', now(), now() + interval '1 hour', 1)
    """,
)
# Bob takes part in both events. Which row of a table is deleted, and which pairs are left then.
DELETED = {"events": (1, [(2, 2)]), "users": (2, [])}


@pytest.fixture(scope="module")
def created():
    """Who has created the schema: it goes when the last test is done."""
    databases = []
    yield databases
    for database in databases:
        database.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


@pytest.fixture
def url(server):
    """The address of a schema that no other test looks into."""
    return schema_url(server.environment["DATABASE_URL"], SCHEMA)


@pytest.fixture
def tables(commands, database, created, url):
    """The tables of the models, with two people and two events in them."""
    if not created:
        created.append(database)
        database.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        create_schema(database, SCHEMA)
        commands.probe(f"{MODELS}answer = create_tables(given['url'])", url=url)
    database.execute(f"TRUNCATE {SCHEMA}.users, {SCHEMA}.events CASCADE")
    for statement in PEOPLE:
        database.execute(statement)


@pytest.fixture
def join(database, tables):
    """Put a pair into the table, past every line of Python."""

    def insert(event, user):
        query = f"INSERT INTO {SCHEMA}.event_participants (event_id, user_id) VALUES (%(e)s, %(u)s)"
        database.execute(query, e=event, u=user)

    return insert


@pytest.fixture
def pairs(database):
    """Every pair that is stored."""

    def read():
        rows = database.rows(f"SELECT event_id, user_id FROM {SCHEMA}.event_participants")
        return sorted((row["event_id"], row["user_id"]) for row in rows)

    return read


class TestModel:
    @pytest.mark.gate
    def test_the_models_make_the_table(self, database, tables):
        case = "importing app.models gives a table event_participants with event_id and user_id"
        assert set(columns(database, TABLE, SCHEMA)) >= {"event_id", "user_id"}, case

    def test_both_sides_of_each_relationship_exist(self, commands, tables):
        message = commands.probe(f"{MODELS}answer = mapper_error()")

        assert message == "", "configure_mappers() finds every property it looks for"

    @pytest.mark.gate
    def test_many_users_take_part_in_many_events(self, join, pairs):
        with assert_allowed("INSERT of an event_id and a user_id, and nothing more"):
            for event, user in ((1, 1), (1, 2), (2, 2)):
                join(event, user)

        assert pairs() == [(1, 1), (1, 2), (2, 2)], "three pairs of two events and two users"

    def test_the_same_pair_is_stored_once(self, join):
        join(1, 2)

        with assert_refused(psycopg.errors.UniqueViolation, "the same pair a second time"):
            join(1, 2)

    @pytest.mark.parametrize("pair", [(None, 2), (1, None)])
    def test_no_half_of_a_pair_is_missing(self, join, pair):
        with assert_refused(psycopg.errors.NotNullViolation, "a pair with NULL in it"):
            join(*pair)

    @pytest.mark.parametrize("pair", [(4711, 2), (1, 4711)])
    def test_both_halves_exist(self, join, pair):
        with assert_refused(
            psycopg.errors.ForeignKeyViolation, "a pair with an event or user of no row"
        ):
            join(*pair)

    def test_the_database_says_when_somebody_joined(self, database, join):
        assert "joined_at" in set(columns(database, TABLE, SCHEMA)), (
            "event_participants has a column joined_at"
        )
        join(1, 2)

        query = f"SELECT joined_at, now() AS now FROM {SCHEMA}.event_participants"
        row = database.rows(query)[0]
        assert row["joined_at"] is not None, "joined_at of a row that an INSERT made without it"
        assert row["joined_at"].tzinfo is not None, "joined_at is a timestamp with time zone"
        assert abs(row["now"] - row["joined_at"]) < timedelta(minutes=1), "joined_at is now"

    def test_joined_at_is_never_missing(self, database, join):
        join(1, 2)

        with assert_refused(psycopg.errors.NotNullViolation, "joined_at NULL"):
            database.execute(f"UPDATE {SCHEMA}.event_participants SET joined_at = NULL")

    @pytest.mark.parametrize("table", DELETED)
    def test_a_row_deleted_in_sql_takes_its_pairs_along(self, database, join, pairs, table):
        row_id, left = DELETED[table]
        join(1, 2)
        join(2, 2)

        with assert_allowed(f"DELETE FROM {table} of a row that stands in event_participants"):
            database.execute(f"DELETE FROM {SCHEMA}.{table} WHERE id = {row_id}")

        assert pairs() == left, f"the pairs after DELETE FROM {table} WHERE id = {row_id}"

    @pytest.mark.parametrize("loaded", [True, False], ids=["loaded", "not-loaded"])
    @pytest.mark.parametrize("table", DELETED)
    def test_a_row_deleted_by_the_orm_takes_its_pairs_along(
        self, commands, url, join, pairs, table, loaded
    ):
        row_id, left = DELETED[table]
        join(1, 2)
        join(2, 2)

        message = commands.probe(DELETE, url=url, table=table, id=row_id, loaded=loaded)

        assert message == "", f"session.delete() of a row of {table} that has participants"
        assert pairs() == left, f"the pairs after session.delete() of row {row_id} of {table}"
