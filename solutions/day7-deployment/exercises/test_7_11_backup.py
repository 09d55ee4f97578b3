"""Task 7.11: a backup is whole or it is not there, and it can be restored."""

import secrets
from urllib.parse import urlsplit

import pytest
from checks.harness.app.process import last_error

BACKUP, RESTORE = "scripts/backup.sh", "scripts/restore.sh"
NAME = "Ёлка, 'café'\tи 50 % \\N"
TABLES = "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
V1 = "/api/v1"
# So many rows, of what no compression shortens, that half of a dump ends among them.
MANY = """
INSERT INTO events (title, description, start_time, end_time, status, organizer_id)
SELECT md5(random()::text), md5(random()::text), now(), now() + interval '1 hour', 'planning',
       %(id)s
FROM generate_series(1, 2000)
"""
# A line for each call: the program and its arguments. Then the real one is called.
WITNESS = """#!/bin/sh
printf '%s\\n' "$0 $*" >> "$(dirname "$0")/seen"
PATH=${PATH#*:} exec "$(basename "$0")" "$@"
"""
NOWHERE = "postgresql+psycopg://eventure@127.0.0.1:1/eventure"
OLD = """#!/bin/sh
echo 'pg_dump: error: aborting because of server version mismatch' >&2
exit 1
"""


@pytest.fixture
def room(commands):
    """An empty folder that the scripts may write to, as we see it and as they do."""
    made = commands.border.scratch / f"room-{secrets.token_hex(4)}"
    made.mkdir()
    made.chmod(0o777)  # contained, they run as another user
    return made


@pytest.fixture
def run(commands, room):
    """`run(BACKUP, "a.dump")`: the script, with a file of the room."""

    def call(script, *names, **env):
        paths = [f"{commands.border.inside(room.name)}/{name}" for name in names]
        return commands.run("bash", script, *paths, env=env)

    return call


@pytest.fixture
def dump(run, room):
    """A backup of the app's database that has succeeded."""

    def factory(name="a.dump"):
        done = run(BACKUP, name)
        assert done.returncode == 0, f"`{BACKUP} {name}` succeeds{said(done)}"
        assert (room / name).is_file(), f"`{BACKUP} {name}` writes the file {name}"
        return room / name

    return factory


@pytest.fixture
def restored(run, empty_database):
    """`restored("a.dump")`: it lies in a database of its own now."""

    def restore(name="a.dump"):
        done = run(RESTORE, name, DATABASE_URL=empty_database.url)
        assert done.returncode == 0, f"`{RESTORE} {name}` into an empty database{said(done)}"
        return empty_database.database

    return restore


@pytest.fixture
def life(api, factory, organizer, member):
    """Something in most of the tables."""
    event = factory.event(organizer, title=NAME)
    factory.task(organizer, event, assigned_to_id=member.id)
    api.post(f"{V1}/events/{event['id']}/participants/{member.id}", auth=member)
    return event


@pytest.fixture
def front(room, commands):
    """`front(pg_dump=SCRIPT)`: a PATH on which this comes before the real one."""

    def path(**programs):
        folder = room / "bin"
        folder.mkdir()
        folder.chmod(0o777)
        for name, text in programs.items():
            (folder / name).write_text(text)
            (folder / name).chmod(0o755)
        inherited = commands.border.variables({})["PATH"]
        return f"{commands.border.inside(room.name)}/bin:{inherited}"

    return path


def said(done):
    """What a command named as its error, to follow a sentence."""
    text = done.stderr.strip() or done.stdout.strip()
    return f"; exit code {done.returncode}, it said: {last_error(text)}"


def rows(database):
    """Every row of every table, as text."""
    names = [row["name"] for row in database.rows(TABLES)]
    return {
        name: sorted(row["row"] for row in database.rows(f"SELECT t::text AS row FROM {name} t"))
        for name in names
    }


def names(room):
    return sorted(path.name for path in room.iterdir() if path.name != "bin")


class TestBackup:
    @pytest.mark.gate
    def test_a_backup_is_a_file_that_pg_restore_reads(self, life, dump, room, commands):
        file = dump()

        done = commands.run(
            "pg_restore", "--list", f"{commands.border.inside(room.name)}/{file.name}"
        )
        assert done.returncode == 0, f"`pg_restore --list` of what {BACKUP} wrote{said(done)}"
        asked = f"`pg_restore --list` of what {BACKUP} wrote names the data of every table"
        assert "TABLE DATA public events" in done.stdout, asked

    def test_only_its_owner_may_read_it(self, dump):
        mode = dump().stat().st_mode & 0o777

        assert mode & 0o077 == 0, f"the mode of what {BACKUP} wrote, {mode:o}: nobody else's"

    def test_no_password_is_on_a_command_line(self, server, run, room, empty_database, front):
        path = front(pg_dump=WITNESS, pg_restore=WITNESS, psql=WITNESS)
        urls = [server.environment["DATABASE_URL"], empty_database.url]

        run(BACKUP, "a.dump", PATH=path)
        run(RESTORE, "a.dump", PATH=path, DATABASE_URL=empty_database.url)

        seen = room / "bin" / "seen"
        calls = seen.read_text() if seen.exists() else ""
        shown = [url for url in urls if (urlsplit(url).password or url) in calls]
        asked = f"the arguments that {BACKUP} and {RESTORE} give to pg_dump, pg_restore and psql"
        assert not shown, f"{asked} hold no password"


class TestBroken:
    """What goes wrong: half-way, at once, and before it begins."""

    @pytest.fixture(params=["half-way", "old pg_dump", "no database"])
    def broken(self, request, front, half_readable):
        """`broken()`: from now on no backup succeeds; environment for the script."""
        return {
            "half-way": half_readable,
            "old pg_dump": lambda: {"PATH": front(pg_dump=OLD)},
            "no database": lambda: {"DATABASE_URL": NOWHERE},
        }[request.param]

    @pytest.fixture
    def half_readable(self, database):
        """pg_dump refuses rows that it is not shown all of, when it comes to their table."""
        enforced = "ALTER TABLE tasks {0} ROW LEVEL SECURITY, {1} ROW LEVEL SECURITY"

        def forbid():
            database.execute(enforced.format("ENABLE", "FORCE"))
            return {}

        yield forbid
        database.execute(enforced.format("DISABLE", "NO FORCE"))

    def test_it_says_so_and_leaves_nothing(self, life, run, room, broken):
        done = run(BACKUP, "a.dump", **broken())

        assert done.returncode != 0, f"`{BACKUP} a.dump` when pg_dump fails: exit code"
        assert names(room) == [], f"`{BACKUP} a.dump` when pg_dump fails: what is left"

    def test_the_last_backup_stays(self, life, dump, run, room, broken):
        before = dump().read_bytes()

        run(BACKUP, "a.dump", **broken())

        asked = f"`{BACKUP} a.dump` when pg_dump fails and a.dump is yesterday's"
        assert names(room) == ["a.dump"], f"{asked}: what is in the folder"
        assert (room / "a.dump").read_bytes() == before, f"{asked}: it is as it was"


class TestRestore:
    def test_every_row_is_back(self, life, dump, database, restored):
        dump()

        found = rows(restored())

        wanted = rows(database)
        assert set(found) == set(wanted), f"the tables after `{BACKUP}` and `{RESTORE}`"
        for name, expected in wanted.items():
            assert found[name] == expected, f"the rows of {name} after `{BACKUP}` and `{RESTORE}`"

    def test_migrations_go_on_from_there(self, dump, restored, empty_database, commands):
        dump()
        restored()

        done = commands.run("alembic", "check", env={"DATABASE_URL": empty_database.url})

        asked = f"`alembic check` after `{RESTORE}`"
        assert done.returncode == 0, f"{asked}{said(done)}"

    def test_the_app_goes_on_from_there(self, life, member, dump, restored, empty_database, server):
        dump()
        restored()
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

        asked = f"`{RESTORE} a.dump` of a file that was cut off"
        assert done.returncode != 0, f"{asked}: exit code"
        assert rows(empty_database.database) == {}, f"{asked}: the database is as empty as before"

    def test_a_database_with_tables_is_left_alone(
        self, life, dump, run, factory, organizer, database
    ):
        dump()
        factory.event(organizer)
        before = rows(database)

        done = run(RESTORE, "a.dump")

        asked = f"`{RESTORE} a.dump` into a database that has tables"
        assert done.returncode != 0, f"{asked}: exit code"
        assert rows(database) == before, f"{asked}: every row is as it was"
