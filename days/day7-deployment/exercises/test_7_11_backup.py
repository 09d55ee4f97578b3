"""Task 7.11: a backup is whole or it is not there, and it can be restored."""

from urllib.parse import urlsplit

import pytest
from checks.harness.app.command_errors import exit_summary
from checks.harness.app.sample_rows import insert_random_events
from checks.harness.app.shared_folder import SharedFolder
from checks.harness.app.table_contents import table_contents
from checks.harness.doubles.postgres_programs import (
    NEWER_PG_DUMP,
    NEWER_VERSION,
    OF_SCRIPTS,
    OUTDATED_PG_DUMP,
    RECORDING,
    looking_at,
    recorded_calls,
    seen_at_work,
    working_calls,
)
from checks.harness.fixtures.logins import attempt_login

BACKUP, RESTORE = "scripts/backup.sh", "scripts/restore.sh"
TITLE = "Ёлка, 'café'\tи 50 % \\N"
V1 = "/api/v1"
PASSWORD = "p@ss/w:rd %41+é\\n"
ROWS = 2000  # so many that half of a dump ends among them
KEPT_BYTES = {
    "in the middle": lambda size: size // 2,
    "before its last byte": lambda size: size - 1,
}
UNREACHABLE_URL = "postgresql+psycopg://eventure@127.0.0.1:1/eventure"


@pytest.fixture
def folder(commands):
    """An empty folder that the scripts write to."""
    return SharedFolder(commands.border)


@pytest.fixture
def run_script(commands, folder):
    """`run_script(BACKUP, "a.dump")`: the script, with a file of the folder."""
    return lambda script, name, **env: commands.run("bash", script, folder.inside(name), env=env)


@pytest.fixture
def dump(run_script, folder):
    """A backup of the app's database that has succeeded; the name of its file."""

    def back_up(name="a.dump"):
        result = run_script(BACKUP, name)
        assert result.returncode == 0, f"`{BACKUP} {name}` succeeds{exit_summary(result)}"
        assert folder.is_file(name), f"`{BACKUP} {name}` writes the file {name}"
        return name

    return back_up


@pytest.fixture
def restore(run_script, empty_database):
    """`restore("a.dump")`: into a database of its own, which is returned."""

    def call(name="a.dump"):
        result = run_script(RESTORE, name, DATABASE_URL=empty_database.url)
        assert result.returncode == 0, (
            f"`{RESTORE} {name}` into an empty database{exit_summary(result)}"
        )
        return empty_database.database

    return call


@pytest.fixture
def sample_rows(api, factory, organizer, member):
    """Something in most of the tables."""
    event = factory.event(organizer, title=TITLE)
    factory.task(organizer, event, assigned_to_id=member.id)
    api.post(f"{V1}/events/{event['id']}/participants/{member.id}", auth=member)


class TestBackup:
    @pytest.mark.gate
    def test_a_backup_is_a_file_that_pg_restore_reads(
        self, sample_rows, later_tables, dump, folder, commands
    ):
        name = dump()

        result = commands.run("pg_restore", "--list", folder.inside(name))
        case = f"`pg_restore --list` of what {BACKUP} wrote"
        assert result.returncode == 0, f"{case}{exit_summary(result)}"
        promise = f"{case} names the data of every table"
        assert "TABLE DATA public events" in result.stdout, promise
        missing = [name for name in later_tables if f"TABLE DATA {name} " not in result.stdout]
        assert missing == [], f"{promise}, also of one that no migration of today makes"

    @pytest.fixture
    def later_tables(self, database):
        """Tables that no migration of today makes, as `pg_restore --list` names them."""
        database.execute("CREATE SCHEMA archive")
        database.execute("CREATE TABLE archive.notes AS SELECT 'keep me' AS note")
        database.execute("CREATE TABLE public.notes AS SELECT 'keep me' AS note")
        yield ["archive notes", "public notes"]
        database.execute("DROP TABLE public.notes")
        database.execute("DROP SCHEMA archive CASCADE")

    def test_only_its_owner_may_read_it(self, dump, folder):
        mode = folder.permissions(dump())

        assert mode & 0o077 == 0, f"the mode of what {BACKUP} wrote, {mode:o}: nobody else's"

    def test_no_password_is_on_a_command_line(self, server, run_script, folder, empty_database):
        path = folder.search_path(**dict.fromkeys(OF_SCRIPTS, RECORDING))
        urls = [server.environment["DATABASE_URL"], empty_database.url]

        backup = run_script(BACKUP, "a.dump", PATH=path)
        restoring = run_script(RESTORE, "a.dump", PATH=path, DATABASE_URL=empty_database.url)

        calls = recorded_calls(folder)
        for script, result, program in (
            (BACKUP, backup, "pg_dump"),
            (RESTORE, restoring, "pg_restore"),
        ):
            assert result.returncode == 0, f"`{script} a.dump`{exit_summary(result)}"
            assert working_calls(calls, program), (
                f"{script} calls {program} by its name, from the folders of PATH"
            )
        revealed = [url for url in urls if (urlsplit(url).password or url) in calls]
        case = f"the arguments that {BACKUP} and {RESTORE} give to the programs that they call"
        assert not revealed, f"{case} hold no password"

    @pytest.mark.parametrize("script", [BACKUP, RESTORE])
    def test_a_password_is_decoded(self, run_script, dump, password_recorder, script):
        url = password_recorder.url(PASSWORD)

        result = run_script(script, dump(), DATABASE_URL=url)

        case = f"`{script}` with DATABASE_URL={url}"
        assert result.returncode != 0, f"{case}, of a server that refuses every password"
        assert set(password_recorder.passwords) == {PASSWORD}, f"{case}: the password it sends"


class TestBroken:
    """What goes wrong: half-way, at once, and before it begins."""

    @pytest.fixture(params=["half-way", "old pg_dump", "newer pg_dump", "no database"])
    def break_backup(self, request, folder, row_security):
        """`break_backup()`: from now on no backup succeeds; environment for the script."""
        return {
            "half-way": row_security,
            "old pg_dump": lambda: {"PATH": folder.search_path(pg_dump=OUTDATED_PG_DUMP)},
            "newer pg_dump": lambda: {"PATH": folder.search_path(pg_dump=NEWER_PG_DUMP)},
            "no database": lambda: {"DATABASE_URL": UNREACHABLE_URL},
        }[request.param]

    @pytest.fixture
    def row_security(self, database):
        """pg_dump refuses rows that it is not shown all of, when it comes to their table."""
        row_security = "ALTER TABLE tasks {0} ROW LEVEL SECURITY, {1} ROW LEVEL SECURITY"

        def forbid():
            database.execute(row_security.format("ENABLE", "FORCE"))
            return {}

        yield forbid
        database.execute(row_security.format("DISABLE", "NO FORCE"))

    def test_it_says_so_and_leaves_nothing(self, sample_rows, run_script, folder, break_backup):
        result = run_script(BACKUP, "a.dump", **break_backup())

        assert result.returncode != 0, f"`{BACKUP} a.dump` when pg_dump fails: exit code"
        assert folder.names() == [], f"`{BACKUP} a.dump` when pg_dump fails: what is left"

    def test_the_last_backup_stays(self, sample_rows, dump, run_script, folder, break_backup):
        before = folder.read_bytes(dump())

        path = folder.search_path(pg_dump=looking_at("a.dump"))
        run_script(BACKUP, "a.dump", **{"PATH": path, **break_backup()})

        case = f"`{BACKUP} a.dump` when pg_dump fails and a.dump is yesterday's"
        assert folder.names() == ["a.dump"], f"{case}: what is in the folder"
        assert folder.read_bytes("a.dump") == before, f"{case}: it is as it was"
        is_unmoved = seen_at_work(folder) in (None, before)
        assert is_unmoved, f"{case}: it stands there, as it was, while pg_dump runs"

    def test_it_names_the_versions_that_differ(self, run_script, folder, database):
        path = folder.search_path(pg_dump=NEWER_PG_DUMP)
        server_version = int(database.value("SHOW server_version_num")) // 10000

        result = run_script(BACKUP, "a.dump", PATH=path)

        output = result.stdout + result.stderr
        case = f"`{BACKUP} a.dump` with pg_dump {NEWER_VERSION} and PostgreSQL {server_version}"
        assert str(NEWER_VERSION) in output, f"{case}: it names the version of pg_dump"
        assert str(server_version) in output, f"{case}: it names the version of the server"


class TestRestore:
    def test_every_row_is_back(self, sample_rows, dump, database, restore):
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

        result = commands.run("alembic", "check", env={"DATABASE_URL": empty_database.url})

        assert result.returncode == 0, f"`alembic check` after `{RESTORE}`{exit_summary(result)}"

    def test_the_app_goes_on_from_there(
        self, sample_rows, member, dump, restore, empty_database, server
    ):
        dump()
        restore()
        app = server.spawn(DATABASE_URL=empty_database.url)

        login = attempt_login(app, member.email, member.password, f"{V1}/auth/login")
        body = {"email": "new@example.com", "password": member.password, "full_name": "New"}
        registration = app.post(f"{V1}/auth/register", json=body)

        assert login.status_code == 200, f"POST {V1}/auth/login of an old user after `{RESTORE}`"
        assert registration.status_code == 201, (
            f"POST {V1}/auth/register of a new user after `{RESTORE}`"
        )

    @pytest.mark.parametrize("where", KEPT_BYTES)
    def test_a_part_of_a_file_restores_nothing(
        self, organizer, database, dump, folder, run_script, empty_database, where
    ):
        insert_random_events(database, organizer.id, ROWS)
        folder.cut_off(dump(), KEPT_BYTES[where])

        result = run_script(RESTORE, "a.dump", DATABASE_URL=empty_database.url)

        case = f"`{RESTORE} a.dump` of a file that was cut off {where}"
        restored = table_contents(empty_database.database)
        # The last bytes of a tar are filling: without them nothing is lost.
        succeeded = result.returncode == 0 and restored == table_contents(database)
        assert result.returncode != 0 or succeeded, f"{case}: exit code"
        is_unchanged = restored == {} or succeeded
        assert is_unchanged, f"{case}: the database is as empty as before"

    def test_a_database_with_tables_is_left_alone(
        self, sample_rows, dump, run_script, factory, organizer, database
    ):
        dump()
        factory.event(organizer)
        before = table_contents(database)

        result = run_script(RESTORE, "a.dump")

        case = f"`{RESTORE} a.dump` into a database that has tables"
        assert result.returncode != 0, f"{case}: exit code"
        assert table_contents(database) == before, f"{case}: every row is as it was"

    def test_a_table_of_somebody_elses_is_a_table_too(self, dump, run_script, empty_database):
        dump()
        database = empty_database.database
        # As another role, which grants nothing.
        database.execute("SET ROLE NONE")
        database.execute("CREATE SCHEMA archive")
        database.execute("CREATE TABLE archive.notes AS SELECT 'keep me' AS note")
        database.execute("RESET ROLE")

        result = run_script(RESTORE, "a.dump", DATABASE_URL=empty_database.url)

        case = f"`{RESTORE} a.dump` into a database with one table, archive.notes"
        assert result.returncode != 0, f"{case}: exit code"
        assert table_contents(database) == {}, f"{case}: nothing is restored beside it"
