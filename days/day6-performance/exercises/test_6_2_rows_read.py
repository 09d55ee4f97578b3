"""Task 6.2: a list reads what it answers, and an index is built while people write.

Judged by the rows that PostgreSQL says it has read. Names and columns of indexes are yours.
"""

import threading

import pytest
from checks.harness.app import large_tables
from checks.harness.app.index_catalog import redundant_indexes, uncovered_foreign_keys
from checks.harness.app.rival_writers import RivalWriters
from checks.harness.app.table_statistics import rows_read_by
from checks.harness.fixtures.migrations import broken_steps

V1 = "/api/v1/events/"
TASKS = "/api/v1/tasks/"
LOGIN = "/api/v1/auth/login"
ROWS = 1000
STARTING_REVISION = "0005"  # the last revision that the day began with
COPY_PASSWORD = """
    UPDATE users SET hashed_password =
        (SELECT hashed_password FROM users WHERE email = 'one@example.com')
    WHERE id = 1001
"""

pytestmark = pytest.mark.whole  # 250,000 rows are made once


@pytest.fixture
def large_database(environment):
    """A database with 50,000 events and 200,000 tasks and the app on it, made once for all.

    5,000 events are Olga's and planned, the last ones of all, and as many more of hers are over.
    1,500 tasks are of the event 7, and 1,500 are Olga's, who is the user 1001.
    """
    return environment.seeded(large_tables.STATEMENTS)


@pytest.fixture
def rows_read(server, large_database):
    """`rows_read("events", path)`: how many rows of the table an answer has cost.

    Counting ends the app's sessions. That may take longer than the app keeps ours, so each request
    is a new client's.
    """

    def count(table, path, **options):
        def read():
            answer = server.client_of(large_database).get(path, **options)
            assert answer.status_code == 200, f"GET {path}"
            assert len(answer.json()) == 100, f"GET {path}: 100 of thousands"

        server.client_of(large_database).get(path, **options)
        return rows_read_by(large_database.database, table, read)

    return count


@pytest.fixture
def olga_token(server, large_database):
    """A token of the user 1001; her password becomes that of somebody who has registered."""
    api = server.client_of(large_database)
    credentials = {"email": "olga@example.com", "password": "correct horse battery"}
    if api.post(LOGIN, json=credentials).status_code != 200:
        registration = {**credentials, "email": "one@example.com", "full_name": "One"}
        api.post("/api/v1/auth/register", json=registration)
        large_database.database.execute(COPY_PASSWORD)
    return api.post(LOGIN, json=credentials).json()["access_token"]


class TestReading:
    @pytest.mark.gate
    def test_an_organizers_events_of_a_status(self, rows_read):
        path = f"{V1}?organizer_id=1001&status=planning"

        assert_few(rows_read("events", path), "events", path)

    @pytest.mark.gate
    def test_the_tasks_of_an_event(self, rows_read, olga_token):
        path = f"{TASKS}event/7"

        assert_few(rows_read("tasks", path, auth=olga_token), "tasks", path)

    @pytest.mark.gate
    def test_the_tasks_of_an_assignee(self, rows_read, olga_token):
        path = f"{TASKS}my-tasks"

        assert_few(rows_read("tasks", path, auth=olga_token), "tasks", path)

    def test_the_events_of_a_time(self, rows_read):
        path = f"{V1}?start_date=2031-01-20&end_date=2031-02-02"

        assert_few(rows_read("events", path), "events", path)

    @pytest.mark.parametrize("query", ["organizer_id=1001&status=planning", "end_date=2031-01-20"])
    def test_the_same_from_the_other_end(self, rows_read, query):
        path = f"{V1}?{query}&order=desc"

        assert_few(rows_read("events", path), "events", path)

    def test_a_rare_status_among_many(self, rows_read):
        path = f"{V1}?organizer_id=1001&status=completed&order=desc"

        assert_few(rows_read("events", path), "events", path)


class TestIndexes:
    def test_no_index_is_the_beginning_of_another(self, database):
        redundant = redundant_indexes(database)

        assert redundant == [], "no index is the beginning of another, which does its work"

    def test_each_foreign_key_has_an_index_still(self, database):
        uncovered = uncovered_foreign_keys(database)

        assert uncovered == [], "each foreign key is the beginning of an index; these are not"

    def test_models_and_migrations_agree(self, commands):
        result = commands.run("alembic", "check")

        output = (result.stderr + result.stdout).strip()
        message = f"alembic check finds nothing to do; it said: {output[-500:]}"
        assert "No new upgrade operations detected" in output, message


class TestMigration:
    def test_people_write_while_it_runs(self, database, commands, empty_schema):
        settings = {"DATABASE_URL": empty_schema.url}
        upgrade = commands.run("alembic", "upgrade", STARTING_REVISION, env=settings)
        assert upgrade.returncode == 0, (
            f"alembic upgrade {STARTING_REVISION}: {upgrade.stderr[-300:]}"
        )
        writers = RivalWriters(database, empty_schema.name)
        writers.insert_first_rows()

        results = []
        command = ("alembic", "upgrade", "head")
        migration = threading.Thread(
            target=lambda: results.append(commands.run(*command, env=settings, timeout=60))
        )
        blocking = writers.blocking_index_statement(migration)

        assert blocking is None, f"a writer is not kept waiting by {blocking}"
        output = results[0].stderr[-300:] if results else "it did not end"
        assert results, f"alembic upgrade head ends: {output}"
        assert results[0].returncode == 0, f"alembic upgrade head: {output}"

    def test_each_step_goes_up_down_and_up_again(self, commands, empty_schema):
        broken = broken_steps(commands, empty_schema.url)

        assert broken == [], "each revision goes up, down and up again; this one does not"


def assert_few(rows, table, path):
    limit = f"GET {path} reads fewer than {ROWS} rows of {table} for a page of 100"
    assert 100 <= rows < ROWS, f"{limit}, not {rows}"
