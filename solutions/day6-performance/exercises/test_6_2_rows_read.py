"""Task 6.2: a list reads what it answers, and an index is built while people write.

Judged by the rows that PostgreSQL says it has read. Names and columns of indexes are yours.
"""

import threading
import time

import psycopg
import pytest

V1 = "/api/v1/events/"
TASKS = "/api/v1/tasks/"
LOGIN = "/api/v1/auth/login"
ROWS = 1000
PATIENCE = 20.0

pytestmark = pytest.mark.whole  # 250,000 rows are made once

# 50,000 events: 5,000 are Olga's and planned, the last ones of all, and as many more of hers are
# over. 200,000 tasks: 1,500 of one event and 1,500 of Olga's, as they came in, among the others.
PEOPLE = """
    INSERT INTO users (id, email, hashed_password, full_name)
    SELECT n, CASE n WHEN 1001 THEN 'olga' ELSE 'user-' || n END || '@example.com', 'none', 'User'
    FROM generate_series(1001, 2000) AS n
"""
EVENTS = """
    INSERT INTO events (id, title, start_time, end_time, status, organizer_id)
    SELECT n, 'Meetup', timestamptz '2031-01-01Z' + n * interval '1 minute',
           timestamptz '2032-01-01Z',
           CASE WHEN n > 45000 THEN 'planning' WHEN n > 40000 THEN 'completed'
                ELSE (ARRAY['planning', 'scheduled', 'completed'])[1 + mod(n, 3)] END,
           CASE WHEN n > 40000 THEN 1001 ELSE 1002 + mod(n, 900) END
    FROM generate_series(1, 50000) AS n
"""
MANY_TASKS = """
    INSERT INTO tasks (title, event_id, assigned_to_id)
    SELECT 'Task', CASE WHEN mod(n, 133) = 7 THEN 7 ELSE 10 + mod(n, 49990) END,
           CASE WHEN mod(n, 133) = 9 THEN 1001 ELSE 1002 + mod(n, 900) END
    FROM generate_series(1, 200000) AS n
"""
# Looking up each row's event and assignee would take most of the time: once, at the end, will do.
TAKE_OFF = """
    CREATE TABLE kept AS SELECT
        format('ALTER TABLE %%s DROP CONSTRAINT %%I', t, conname) AS "off",
        format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', t, conname,
               pg_get_constraintdef(oid)) AS "on"
    FROM pg_constraint, LATERAL (SELECT conrelid::regclass AS t) AS its
    WHERE contype = 'f' AND conrelid IN ('tasks'::regclass, 'events'::regclass)
"""
OBEY = "DO 'DECLARE c text; BEGIN FOR c IN SELECT {} FROM kept LOOP EXECUTE c; END LOOP; END'"
DATA = (
    PEOPLE,
    TAKE_OFF,
    OBEY.format('"off"'),
    EVENTS,
    MANY_TASKS,
    OBEY.format('"on"'),
    "DROP TABLE kept",
)
PASSWORD = """
    UPDATE users SET hashed_password =
        (SELECT hashed_password FROM users WHERE email = 'one@example.com')
    WHERE id = 1001
"""
READ = """
    SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables
    WHERE relname = %(table)s
"""
END = """
    SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend'
"""
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
BEFORE = "0005"  # the last revision that the day began with
OWNER = "SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = current_database()"
STUCK = """
    SELECT query FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
RIVAL = """
    INSERT INTO events (title, start_time, end_time, organizer_id)
    SELECT 'Rival', now(), now() + interval '1 hour', id FROM users LIMIT 1
"""
RIVAL_TASK = "INSERT INTO tasks (title, event_id) SELECT 'Rival', id FROM events LIMIT 1"
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
def full(environment):
    """A database with 50,000 events and 200,000 tasks and the app on it, made once for all."""
    return environment.seeded(DATA)


@pytest.fixture
def rows_read(server, full):
    """`rows_read("events", path)`: how many rows of the table an answer has cost.

    PostgreSQL counts them for each connection and adds them up when it ends, so we end it. That
    may take longer than the app keeps ours, so each request is a new client's.
    """

    def ask(table, path, **options):
        server.on(full).get(path, **options)
        full.database.value(END)
        before = full.database.value(READ, table=table)
        answer = server.on(full).get(path, **options)
        full.database.value(END)
        assert answer.status_code == 200, f"GET {path}"
        assert len(answer.json()) == 100, f"GET {path}: 100 of thousands"
        return full.database.value(READ, table=table) - before

    return ask


@pytest.fixture
def olga(server, full):
    """A token of the user 1001; her password becomes that of somebody who has registered."""
    api = server.on(full)
    proof = {"email": "olga@example.com", "password": "correct horse battery"}
    if api.post(LOGIN, json=proof).status_code != 200:
        one = {**proof, "email": "one@example.com", "full_name": "One"}
        api.post("/api/v1/auth/register", json=one)
        full.database.execute(PASSWORD)
    return api.post(LOGIN, json=proof).json()["access_token"]


@pytest.fixture
def stairs(database, server):
    """The address of an empty schema, which is gone afterwards."""
    database.execute(f'CREATE SCHEMA {SCHEMA} AUTHORIZATION "{database.value(OWNER)}"')
    address = server.environment["DATABASE_URL"]
    yield f"{address}{'&' if '?' in address else '?'}options=-csearch_path%3D{SCHEMA}"
    database.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


class TestReading:
    @pytest.mark.gate
    def test_an_organizers_events_of_a_status(self, rows_read):
        path = f"{V1}?organizer_id=1001&status=planning"

        few(rows_read("events", path), "events", path)

    @pytest.mark.gate
    def test_the_tasks_of_an_event(self, rows_read, olga):
        path = f"{TASKS}event/7"

        few(rows_read("tasks", path, auth=olga), "tasks", path)

    @pytest.mark.gate
    def test_the_tasks_of_an_assignee(self, rows_read, olga):
        path = f"{TASKS}my-tasks"

        few(rows_read("tasks", path, auth=olga), "tasks", path)

    def test_the_events_of_a_time(self, rows_read):
        path = f"{V1}?start_date=2031-01-20&end_date=2031-02-02"

        few(rows_read("events", path), "events", path)

    @pytest.mark.parametrize("query", ["organizer_id=1001&status=planning", "end_date=2031-01-20"])
    def test_the_same_from_the_other_end(self, rows_read, query):
        path = f"{V1}?{query}&order=desc"

        few(rows_read("events", path), "events", path)

    def test_a_rare_status_among_many(self, rows_read):
        path = f"{V1}?organizer_id=1001&status=completed&order=desc"

        few(rows_read("events", path), "events", path)


class TestIndexes:
    def test_no_index_is_the_beginning_of_another(self, database):
        indexes = database.rows(INDEXES)

        empty_database = [
            f"{a['table']}: {a['name']} ({', '.join(a['columns'])}) is in {b['name']}"
            for a in indexes
            for b in indexes
            if a["name"] != b["name"] and is_spare(a, b)
        ]

        assert empty_database == [], "no index is the beginning of another, which does its work"

    def test_each_foreign_key_has_an_index_still(self, database):
        indexes = database.rows(INDEXES)

        bare = [
            f"{key['table']}({', '.join(key['columns'])})"
            for key in database.rows(FOREIGN_KEYS)
            if not any(covers(index, key) for index in indexes)
        ]

        assert bare == [], "each foreign key is the beginning of an index; these are not"

    def test_models_and_migrations_agree(self, commands):
        done = commands.run("alembic", "check")

        said = (done.stderr + done.stdout).strip()
        asked = f"alembic check finds nothing to do; it said: {said[-500:]}"
        assert "No new upgrade operations detected" in said, asked


class TestMigration:
    def test_people_write_while_it_runs(self, database, commands, stairs):
        address = {"DATABASE_URL": stairs}
        first = commands.run("alembic", "upgrade", BEFORE, env=address)
        assert first.returncode == 0, f"alembic upgrade {BEFORE}: {first.stderr[-300:]}"
        with writer(database) as connection:
            connection.execute(PEOPLE)
            connection.execute(RIVAL)
            connection.commit()

        ended = []
        command = ("alembic", "upgrade", "head")
        migration = threading.Thread(
            target=lambda: ended.append(commands.run(*command, env=address, timeout=60))
        )
        blocked = write_during(database, migration)

        assert blocked is None, f"a writer is not kept waiting by {blocked}"
        said = ended[0].stderr[-300:] if ended else "it did not end"
        assert ended, f"alembic upgrade head ends: {said}"
        assert ended[0].returncode == 0, f"alembic upgrade head: {said}"

    def test_each_step_goes_up_down_and_up_again(self, commands, stairs):
        broken = commands.probe(STAIRWAY, url=stairs)

        assert broken == [], "each revision goes up, down and up again; this one does not"


def few(found, table, path):
    asked = f"GET {path} reads fewer than {ROWS} rows of {table} for a page of 100"
    assert 100 <= found < ROWS, f"{asked}, not {found}"


def writer(database):
    connection = database.connect()
    connection.execute(f"SET search_path = {SCHEMA}")
    connection.execute("SET lock_timeout = '1s'")
    connection.commit()
    return connection


def write_during(database, migration):
    """The statement on indexes that kept a writer waiting, or None.

    A rival with unfinished work makes every such statement wait, in whatever way it waits. While
    it does, somebody else writes. Then the next rival begins before the old one ends. Whatever
    else waits is let by: a later revision may make a table that refers to this one.
    """
    rival = begin(database)
    migration.start()
    deadline = time.monotonic() + PATIENCE
    while migration.is_alive() and time.monotonic() < deadline:
        stuck = database.value(STUCK)
        if stuck is None:
            migration.join(0.01)
            continue
        following = begin(database) if on_an_index(stuck) else None
        if following is None and on_an_index(stuck):
            if database.value(STUCK) != stuck:
                continue  # the writer was kept waiting by what has begun since: ask again
            end(rival, migration)
            return stuck
        end(rival)
        rival = following or begin(database)
    end(rival, migration)
    return None


def on_an_index(statement):
    return "index" in statement.lower()


def end(rival, migration=None):
    """The rival gives up; the migration, if it is the last of them, may finish."""
    if rival is not None:
        rival.close()
    if migration is not None:
        migration.join(PATIENCE)


def begin(database):
    """Somebody who has written an event and a task, and not committed; None if they may not."""
    connection = writer(database)
    try:
        connection.execute(RIVAL)
        connection.execute(RIVAL_TASK)
    except psycopg.errors.LockNotAvailable:
        connection.close()
        return None
    return connection


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
