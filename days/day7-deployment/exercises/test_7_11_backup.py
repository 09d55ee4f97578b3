"""Task 7.11: a backup is whole or it is not there, and it can be restored."""

from urllib.parse import urlsplit

import pytest
from checks.harness.app.process import last_error
from checks.harness.app.shared_folder import SharedFolder
from checks.harness.app.table_contents import table_contents
from checks.harness.doubles.postgres_programs import CALLS, OUTDATED_PG_DUMP, RECORDING

BACKUP, RESTORE = "scripts/backup.sh", "scripts/restore.sh"
NAME = "Ёлка, 'café'\tи 50 % \\N"
V1 = "/api/v1"
# So many rows, of what no compression shortens, that half of a dump ends among them.
MANY = """
INSERT INTO events (title, description, start_time, end_time, status, organizer_id)
SELECT md5(random()::text), md5(random()::text), now(), now() + interval '1 hour', 'planning',
       %(id)s
FROM generate_series(1, 2000)
"""
NOWHERE = "postgresql+psycopg://eventure@127.0.0.1:1/eventure"


@pytest.fixture
def folder(commands):
    """An empty folder that the scripts write to."""
    return SharedFolder(commands.border)


@pytest.fixture
def run(commands, folder):
    """`run(BACKUP, "a.dump")`: the script, with a file of the folder."""

    def call(script, name, **env):
        return commands.run("bash", script, folder.inside(name), env=env)

    return call


@pytest.fixture
def dump(run, folder):
    """A backup of the app's database that has succeeded."""

    def back_up(name="a.dump"):
        done = run(BACKUP, name)
        assert done.returncode == 0, f"`{BACKUP} {name}` succeeds{outcome(done)}"
        assert (folder.path / name).is_file(), f"`{BACKUP} {name}` writes the file {name}"
        return folder.path / name

    return back_up


@pytest.fixture
def restore(run, empty_database):
    """`restore("a.dump")`: into a database of its own, which is returned."""

    def call(name="a.dump"):
        done = run(RESTORE, name, DATABASE_URL=empty_database.url)
        assert done.returncode == 0, f"`{RESTORE} {name}` into an empty database{outcome(done)}"
        return empty_database.database

    return call


@pytest.fixture
def some_rows(api, factory, organizer, member):
    """Something in most of the tables."""
    event = factory.event(organizer, title=NAME)
    factory.task(organizer, event, assigned_to_id=member.id)
    api.post(f"{V1}/events/{event['id']}/participants/{member.id}", auth=member)
    return event


def outcome(done):
    """How a command has ended and the error that it has named, to follow a sentence."""
    output = done.stderr.strip() or done.stdout.strip()
    return f"; exit code {done.returncode}, it said: {last_error(output)}"


class TestBackup:
    @pytest.mark.gate
    def test_a_backup_is_a_file_that_pg_restore_reads(self, some_rows, dump, folder, commands):
        file = dump()

        done = commands.run("pg_restore", "--list", folder.inside(file.name))
        assert done.returncode == 0, f"`pg_restore --list` of what {BACKUP} wrote{outcome(done)}"
        case = f"`pg_restore --list` of what {BACKUP} wrote names the data of every table"
        assert "TABLE DATA public events" in done.stdout, case

    def test_only_its_owner_may_read_it(self, dump):
        mode = dump().stat().st_mode & 0o777

        assert mode & 0o077 == 0, f"the mode of what {BACKUP} wrote, {mode:o}: nobody else's"

    def test_no_password_is_on_a_command_line(self, server, run, folder, empty_database):
        path = folder.search_path(pg_dump=RECORDING, pg_restore=RECORDING, psql=RECORDING)
        urls = [server.environment["DATABASE_URL"], empty_database.url]

        run(BACKUP, "a.dump", PATH=path)
        run(RESTORE, "a.dump", PATH=path, DATABASE_URL=empty_database.url)

        record = folder.path / "bin" / CALLS
        calls = record.read_text() if record.exists() else ""
        shown = [url for url in urls if (urlsplit(url).password or url) in calls]
        case = f"the arguments that {BACKUP} and {RESTORE} give to pg_dump, pg_restore and psql"
        assert not shown, f"{case} hold no password"


class TestBroken:
    """What goes wrong: half-way, at once, and before it begins."""

    @pytest.fixture(params=["half-way", "old pg_dump", "no database"])
    def broken(self, request, folder, half_readable):
        """`broken()`: from now on no backup succeeds; environment for the script."""
        return {
            "half-way": half_readable,
            "old pg_dump": lambda: {"PATH": folder.search_path(pg_dump=OUTDATED_PG_DUMP)},
            "no database": lambda: {"DATABASE_URL": NOWHERE},
        }[request.param]

    @pytest.fixture
    def half_readable(self, database):
        """pg_dump refuses rows that it is not shown all of, when it comes to their table."""
        row_security = "ALTER TABLE tasks {0} ROW LEVEL SECURITY, {1} ROW LEVEL SECURITY"

        def forbid():
            database.execute(row_security.format("ENABLE", "FORCE"))
            return {}

        yield forbid
        database.execute(row_security.format("DISABLE", "NO FORCE"))

    def test_it_says_so_and_leaves_nothing(self, some_rows, run, folder, broken):
        done = run(BACKUP, "a.dump", **broken())

        assert done.returncode != 0, f"`{BACKUP} a.dump` when pg_dump fails: exit code"
        assert folder.names() == [], f"`{BACKUP} a.dump` when pg_dump fails: what is left"

    def test_the_last_backup_stays(self, some_rows, dump, run, folder, broken):
        before = dump().read_bytes()

        run(BACKUP, "a.dump", **broken())

        case = f"`{BACKUP} a.dump` when pg_dump fails and a.dump is yesterday's"
        assert folder.names() == ["a.dump"], f"{case}: what is in the folder"
        assert (folder.path / "a.dump").read_bytes() == before, f"{case}: it is as it was"


class TestRestore:
    def test_every_row_is_back(self, some_rows, dump, database, restore):
        dump()

        restored = table_contents(restore())

        original = table_contents(database)
        assert set(restored) == set(original), f"the tables after `{BACKUP}` and `{RESTORE}`"
        for name, expected in original.items():
            assert restored[name] == expected, (
                f"the rows of {name} after `{BACKUP}` and `{RESTORE}`"
            )

    def test_migrations_go_on_from_there(self, dump, restore, empty_database, commands):
        dump()
        restore()

        done = commands.run("alembic", "check", env={"DATABASE_URL": empty_database.url})

        case = f"`alembic check` after `{RESTORE}`"
        assert done.returncode == 0, f"{case}{outcome(done)}"

    def test_the_app_goes_on_from_there(
        self, some_rows, member, dump, restore, empty_database, server
    ):
        dump()
        restore()
        app = server.spawn(DATABASE_URL=empty_database.url)

        login = app.post(
            f"{V1}/auth/login", json={"email": member.email, "password": member.password}
        )
        new = app.post(
            f"{V1}/auth/register",
            json={"email": "new@example.com", "password": member.password, "full_name": "New"},
        )

        assert login.status_code == 200, f"POST {V1}/auth/login of an old user after `{RESTORE}`"
        assert new.status_code == 201, f"POST {V1}/auth/register of a new user after `{RESTORE}`"

    def test_half_a_file_restores_nothing(self, organizer, database, dump, run, empty_database):
        database.execute(MANY, id=organizer.id)
        file = dump()
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

        done = run(RESTORE, "a.dump", DATABASE_URL=empty_database.url)

        case = f"`{RESTORE} a.dump` of a file that was cut off"
        assert done.returncode != 0, f"{case}: exit code"
        assert table_contents(empty_database.database) == {}, (
            f"{case}: the database is as empty as before"
        )

    def test_a_database_with_tables_is_left_alone(
        self, some_rows, dump, run, factory, organizer, database
    ):
        dump()
        factory.event(organizer)
        before = table_contents(database)

        done = run(RESTORE, "a.dump")

        case = f"`{RESTORE} a.dump` into a database that has tables"
        assert done.returncode != 0, f"{case}: exit code"
        assert table_contents(database) == before, f"{case}: every row is as it was"
