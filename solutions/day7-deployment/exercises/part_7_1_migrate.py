"""The half of task 7.1 that is Python: `python -m app.cli migrate`."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from checks.harness.process import last_error

MIGRATE = ("python", "-m", "app.cli", "migrate")
REPLICAS = 3
PATIENCE = 10.0
# Whoever waits for a lock, or asks for one again and again and rests in between.
STANDING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND (wait_event_type = 'Lock' OR state = 'idle' OR query ILIKE '%%advisory%%')
"""
REVISION = "SELECT version_num FROM alembic_version"


class TestMigrate:
    @pytest.mark.gate
    def test_an_empty_database_gets_its_tables(self, migrate, head, spare):
        done = migrate()

        assert done.returncode == 0, f"`python -m app.cli migrate` on an empty database{said(done)}"
        assert revisions(spare) == [head], "the revision after `python -m app.cli migrate`"

    def test_a_second_time_changes_nothing(self, migrate, head, spare):
        migrate()

        done = migrate()

        assert done.returncode == 0, f"`python -m app.cli migrate` a second time{said(done)}"
        assert revisions(spare) == [head], "the revision after `python -m app.cli migrate`, twice"

    @pytest.mark.parametrize("table", ["alembic_version", "reports"], ids=["first", "last"])
    def test_three_at_once_do_not_hinder_each_other(self, migrate, head, spare, held, table):
        with ThreadPoolExecutor(REPLICAS) as replicas:
            with held(table):
                running = [replicas.submit(migrate) for _ in range(REPLICAS)]
                until(lambda: standing(spare) or any(each.done() for each in running))
            done = [each.result() for each in running]

        asked = f"`python -m app.cli migrate` {REPLICAS} times at once, all of them succeed"
        assert [each.returncode for each in done] == [0] * REPLICAS, f"{asked}{said(*done)}"
        assert revisions(spare) == [head], "the revision after `python -m app.cli migrate`"

    def test_without_a_database_it_fails(self, migrate):
        done = migrate(DATABASE_URL="postgresql+psycopg://eventure@127.0.0.1:1/eventure")

        assert done.returncode != 0, "`python -m app.cli migrate` when no database answers: exit"
        assert "Traceback" not in done.stderr, (
            "`python -m app.cli migrate`: a sentence, no traceback"
        )

    @pytest.fixture
    def migrate(self, shell, spare):
        """`migrate()`: the command, on a database without tables."""

        def run(**env):
            return shell.run(*MIGRATE, env={"DATABASE_URL": spare.url, **env}, timeout=30)

        return run

    @pytest.fixture
    def head(self, database):
        """The newest revision: the database of the app has it."""
        return database.value(REVISION)

    @pytest.fixture
    def held(self, spare):
        """Inside the block nobody gets further than to the making of this table.

        A rival makes one of that name and does not commit: PostgreSQL has to wait for him.
        """

        @contextmanager
        def hold(table):
            rival = spare.database.connect()
            rival.execute(f"CREATE TABLE {table} (held int)")
            try:
                yield
            finally:
                rival.close()

        return hold


def standing(spare):
    """All have come as far as they can."""
    return spare.database.value(STANDING) >= REPLICAS


def revisions(spare):
    return [row["version_num"] for row in spare.database.rows(REVISION)]


def said(*done):
    """What those that failed named as their error."""
    errors = {last_error(each.stderr) for each in done if each.returncode != 0}
    return f"; it said: {'; '.join(sorted(errors))}" if errors else ""


def until(good):
    """Go on when it is so; a way to wait that cannot be seen here is given its time."""
    deadline, clock = time.monotonic() + PATIENCE, threading.Event()
    while not good() and time.monotonic() < deadline:
        clock.wait(0.02)
