"""Task 2.4: each frequent question has its index, and no index is there for nothing.

Judged by what PostgreSQL's catalogue says of the migrated database. Names are yours.
"""

import pytest

from checks.harness.app.index_catalog import (
    drop_indexes,
    indexes,
    redundant_indexes,
    uncovered_foreign_keys,
)
from checks.harness.fixtures.migrations import broken_steps


class TestIndexes:
    @pytest.mark.gate
    def test_the_soonest_events_have_an_index(self, database):
        exists = any(index.begins_with("events", "start_time") for index in indexes(database))

        assert exists, "an index of events begins with start_time"

    def test_an_organizers_events_of_a_status_have_an_index(self, database):
        columns = ("organizer_id", "status")

        exists = any(index.begins_with("events", *columns) for index in indexes(database))

        assert exists, "an index of events begins with organizer_id, status"

    def test_each_foreign_key_has_an_index(self, database):
        uncovered = uncovered_foreign_keys(database)

        assert uncovered == [], "each foreign key is the beginning of an index; these are not"

    def test_no_index_is_the_beginning_of_another(self, database):
        redundant = redundant_indexes(database)

        assert redundant == [], "no index is the beginning of another, which does its work"

    def test_models_and_migrations_agree(self, commands, database, alembic, empty_schema):
        result = commands.run("alembic", "check")

        message = (result.stderr + result.stdout).strip()
        case = f"alembic check finds nothing to do; it said: {message[-500:]}"
        assert "No new upgrade operations detected" in message, case

        alembic(empty_schema.url, "upgrade", "head")
        dropped = drop_indexes(database, empty_schema.name)
        result = commands.run("alembic", "check", env={"DATABASE_URL": empty_schema.url})

        hidden = [name for name in dropped if name not in result.stderr + result.stdout]
        assert hidden == [], "alembic check reports each index that is missing; not these"

    def test_each_step_goes_up_down_and_up_again(self, commands, empty_schema):
        broken = broken_steps(commands, empty_schema.url)

        assert broken == [], "each revision goes up, down and up again; this one does not"
