"""Task 7.1: an image that holds what runs and no more, and one process at a time that migrates."""

from urllib.parse import urlsplit

import pytest
from checks.harness.app.command_errors import error_summary
from checks.harness.app.concurrency import concurrent_calls, results
from checks.harness.app.database_sessions import (
    LockRetries,
    reserved_table_names,
    waiting_sessions,
)
from checks.harness.app.lock_waits import lock_waits
from checks.harness.app.polling import holds_within
from checks.harness.app.server_module import run_until_it_serves
from checks.harness.artefacts.container_command import started_module, starts_server
from checks.harness.artefacts.dockerfile_user import runs_as_root
from checks.harness.artefacts.health_check import asks_for, asks_nobody
from checks.harness.artefacts.image_programs import has_program
from checks.harness.artefacts.image_reference import has_version
from checks.harness.artefacts.package_install import is_for_development, is_unlocked
from checks.harness.artefacts.shell_script import commands as shell_commands

PLANTED_FILES = (
    ".env",
    ".git/config",
    ".venv/bin/python",
    "app/__pycache__/main.cpython-311.pyc",
    "tests/test_planted.py",
)
DOWNLOADERS = ("curl", "wget")
SHELL_SUFFIXES = (".sh", ".bash")
STARTED = "Application startup complete"  # Uvicorn's line

MIGRATE = ("python", "-m", "app.cli", "migrate")
COMMAND = "`python -m app.cli migrate`"
REPLICAS = 3
TIMEOUT = 10.0
REVISION = "SELECT version_num FROM alembic_version"


def start_scripts(dockerfile, tree):
    """The shell scripts of this folder that the container starts with: path and text."""
    paths = [path for path in dockerfile.start_scripts if path.endswith(SHELL_SUFFIXES)]
    return [(path, tree.text(path)) for path in paths]


def replaces(script):
    """Whether the shell of the script becomes another program."""
    return any(each.plain.words[:1] == ("exec",) for each in shell_commands(script))


class TestDockerfile:
    @pytest.mark.gate
    def test_its_base_has_a_version(self, dockerfile):
        unpinned = [
            base for base in dockerfile.bases if base != "scratch" and not has_version(base)
        ]

        assert unpinned == [], "every FROM names a version, and not `latest`"

    def test_hadolint_finds_nothing(self, hadolint_warnings):
        warnings = "; ".join(hadolint_warnings[:2])
        assert hadolint_warnings == [], (
            f"hadolint finds no error and no warning; it says: {warnings}"
        )

    def test_the_process_is_not_root(self, dockerfile, tree):
        is_root = runs_as_root(dockerfile, tree)

        assert not is_root, "the last stage has a USER, and it is not root"

    def test_it_starts_the_server_and_no_shell(self, dockerfile, tree):
        command = dockerfile.process
        staying = [path for path, text in start_scripts(dockerfile, tree) if not replaces(text)]

        assert command, "CMD (with ENTRYPOINT) is a list: no shell is process 1, or it says `exec`"
        assert not {"&&", ";", "||"} & set(command), "one program is started, and no chain of them"
        assert staying == [], "a script that the container starts with ends with `exec`"
        assert starts_server(
            dockerfile.start_command, lambda path: dockerfile.script_at(path, tree)
        ), "CMD (with ENTRYPOINT) starts the server with app.main:app"

    def test_the_start_installs_and_migrates_nothing(self, dockerfile, tree, tables_after_module):
        command = " ".join(dockerfile.start_command or [])
        commands = [
            str(each)
            for _, text in start_scripts(dockerfile, tree)
            for each in shell_commands(text)
            if each.plain.words[:1] != ("echo",)
        ]

        started = " ; ".join([command, *commands])
        words = [
            word for word in ("uv run", "pip ", "alembic", "migrate", "--reload") if word in started
        ]
        assert words == [], "the server starts, and nothing is installed or migrated before it"
        case = "the module of the app that the container starts with, on an empty database"
        assert tables_after_module == [], f"{case}: it makes no table before the server starts"

    @pytest.fixture
    def tables_after_module(self, dockerfile, tree, commands, empty_database):
        """The tables there when the command's own module of the app is about to serve."""
        words = dockerfile.start_command or []
        if module := started_module(words, lambda path: dockerfile.script_at(path, tree)):
            run_until_it_serves(commands.border, module, {"DATABASE_URL": empty_database.url})
        return empty_database.database.rows("SELECT relname FROM pg_stat_user_tables")

    def test_a_start_makes_no_table(self, server, empty_database):
        app = server.spawn(DATABASE_URL=empty_database.url)

        status = app.get("/nowhere").status_code
        tables = empty_database.database.rows("SELECT relname FROM pg_stat_user_tables")
        assert status == 404, "the server starts on an empty database"
        assert tables == [], "the server's start makes no table: only `migrate` does"

    def test_what_is_installed_stands_in_a_lock(self, dockerfile):
        unlocked = dockerfile.installs(is_unlocked)

        assert dockerfile.installs_from_lock, "the packages are installed while the image is built"
        assert unlocked == [], (
            "packages come from a lock: --require-hashes, or uv's --frozen/--locked"
        )

    def test_nothing_for_development_is_installed(self, dockerfile):
        commands = dockerfile.installs(is_for_development)

        assert commands == [], "no pytest, no linter: nothing of the group `dev` is installed"

    def test_a_changed_line_of_code_installs_nothing_anew(self, dockerfile):
        commands = dockerfile.installs_after_copy("app/main.py")

        assert commands == [], "the packages are installed before app/ is copied"

    def test_it_says_how_it_is(self, dockerfile):
        healthcheck = dockerfile.last("HEALTHCHECK")
        words = [] if healthcheck is None or healthcheck.arguments == "NONE" else healthcheck.words

        asks = asks_for(words, "/health/live") and not asks_nobody(words)
        assert asks, "HEALTHCHECK asks /health/live"
        missing = [
            name for name in DOWNLOADERS if name in words and not has_program(dockerfile, name)
        ]
        assert missing == [], "what HEALTHCHECK runs is in the image: slim has no curl and no wget"


class TestContent:
    def test_the_app_and_its_migrations_are_in_it(self, dockerfile, build_context):
        content = dockerfile.content(build_context())

        missing = {"app/main.py", "alembic.ini", "migrations/env.py"} - content
        assert missing == set(), "app/, migrations/ and alembic.ini are in the image"

    @pytest.mark.parametrize("name", PLANTED_FILES[:4])
    def test_what_lies_about_is_not_even_sent(self, build_context, name):
        assert name not in build_context(*PLANTED_FILES), f"{name} is left out by .dockerignore"

    def test_the_tests_are_not_in_it(self, dockerfile, build_context):
        content = dockerfile.content(build_context(*PLANTED_FILES))

        folders = sorted({path.split("/")[0] for path in content} & {"tests", "exercises"})
        assert folders == [], "tests/ and exercises/ are not in the image"


class TestRunning:
    """Where a Docker engine answers."""

    def test_it_is_not_root_and_has_no_tests(self, built_image):
        user = built_image.python("import os; print(os.getuid())")
        spec = built_image.python(
            "from importlib.util import find_spec; print(find_spec('pytest'))"
        )

        assert user not in ("", "0"), "the process in the container is not root"
        assert spec == "None", "pytest is not in the image"

    def test_it_serves_without_a_network_and_without_writing(self, built_image):
        with built_image.container() as container:
            started = built_image.wait_until(lambda: STARTED in built_image.logs(container))

            assert started, "the server starts offline, with a file system that is read-only"

    def test_it_goes_when_it_is_told_to(self, built_image):
        with built_image.container() as container:
            built_image.wait_until(lambda: STARTED in built_image.logs(container))

            built_image.engine.run("stop", "--time", "5", container)
            status = built_image.engine.run("inspect", "--format", "{{.State.ExitCode}}", container)
            assert "Application shutdown complete" in built_image.logs(container), (
                "`docker stop` is heard: the log tells of the shutdown"
            )
            assert status.stdout.strip() != "137", "it ends within 5 s of `docker stop`, unforced"


class TestMigrate:
    def test_an_empty_database_gets_its_tables(self, migrate, head_revision, empty_database):
        result = migrate()

        assert result.returncode == 0, f"{COMMAND} on an empty database{error_summary(result)}"
        assert revisions(empty_database) == [head_revision], f"the revision after {COMMAND}"

    def test_a_second_time_changes_nothing(self, migrate, head_revision, empty_database):
        migrate()

        result = migrate()

        assert result.returncode == 0, f"{COMMAND} a second time{error_summary(result)}"
        assert revisions(empty_database) == [head_revision], f"the revision after {COMMAND}, twice"

    def test_three_at_once_do_not_hinder_each_other(self, migrate, head_revision, empty_database):
        database = empty_database.database
        with (
            reserved_table_names(database, "alembic_version", "reports") as (first, last),
            concurrent_calls(migrate, REPLICAS) as replicas,
        ):
            # All wait, or one is through; a way to wait that is not seen here gets its time.
            def is_one_done():
                return any(replica.done() for replica in replicas)

            holds_within(TIMEOUT, lambda: waiting_sessions(database) >= REPLICAS or is_one_done())
            first.release()
            holds_within(TIMEOUT, lambda: last.is_wanted() or is_one_done())
            # Who has no lock keeps waiting for it, or is through: the schema is not complete yet.
            retries = LockRetries(database)
            holds_within(
                TIMEOUT,
                lambda: is_one_done() or lock_waits(database) >= REPLICAS or retries.are_seen(),
            )
            early = [each for each in replicas if each.done() and each.result().returncode == 0]
            reached = revisions(empty_database)
            last.release()

        outcomes = results(replicas)
        exit_codes = [outcome.returncode for outcome in outcomes]
        case = f"{COMMAND} {REPLICAS} times at once, all of them succeed"
        assert exit_codes == [0] * REPLICAS, f"{case}{error_summary(*outcomes)}"
        assert revisions(empty_database) == [head_revision], f"the revision after {COMMAND}"
        is_true = not early or reached == [head_revision]
        assert is_true, f"{case}, and none before the database is at the newest revision"

    def test_without_a_database_it_fails(self, migrate, empty_database):
        name = urlsplit(empty_database.url).path
        before, _, after = empty_database.url.rpartition(name)
        urls = {
            "no database answers": "postgresql+psycopg://eventure@127.0.0.1:1/eventure",
            "the server has no such database": f"{before}/no_such_database{after}",
        }

        for situation, url in urls.items():
            result = migrate(DATABASE_URL=url)

            case = f"{COMMAND} when {situation}"
            assert result.returncode != 0, f"{case}: exit"
            assert "Traceback" not in result.stderr, f"{case}: a sentence, no traceback"

    @pytest.fixture
    def migrate(self, commands, empty_database):
        """`migrate()`: the command, on a database without tables."""

        def run(**env):
            settings = {"DATABASE_URL": empty_database.url, **env}
            return commands.run(*MIGRATE, env=settings, timeout=30)

        return run

    @pytest.fixture
    def head_revision(self, database):
        """The newest revision: the database of the app has it."""
        return database.value(REVISION)


def revisions(empty_database):
    if empty_database.database.value("SELECT to_regclass('alembic_version')") is None:
        return []
    return [row["version_num"] for row in empty_database.database.rows(REVISION)]
