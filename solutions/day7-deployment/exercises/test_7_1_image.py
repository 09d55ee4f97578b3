"""Task 7.1: an image that holds what runs and no more, and one process at a time that migrates."""

import pytest
from checks.harness.app.concurrency import in_flight, results
from checks.harness.app.database_sessions import reserved_table_name, standing_sessions
from checks.harness.app.polling import holds_within
from checks.harness.app.process import last_error
from checks.harness.artefacts.image_reference import has_version
from checks.harness.artefacts.package_install import is_for_development, is_unlocked

PLANTED = (
    ".env",
    ".git/config",
    ".venv/bin/python",
    "app/__pycache__/main.cpython-311.pyc",
    "tests/test_planted.py",
)
ROOT = ("root", "0")
DOWNLOADERS = ("curl", "wget")

MIGRATE = ("python", "-m", "app.cli", "migrate")
REPLICAS = 3
TIMEOUT = 10.0
REVISION = "SELECT version_num FROM alembic_version"


class TestDockerfile:
    @pytest.mark.gate
    def test_its_base_has_a_version(self, dockerfile):
        moving = [base for base in dockerfile.bases if base != "scratch" and not has_version(base)]

        assert moving == [], "every FROM names a version, and not `latest`"

    def test_hadolint_finds_nothing(self, hadolint):
        warnings = "; ".join(hadolint[:2])
        assert hadolint == [], f"hadolint finds no error and no warning; it says: {warnings}"

    def test_the_process_is_not_root(self, dockerfile):
        user = dockerfile.last("USER")

        name = user.value.split(":")[0].strip() if user else "root"
        assert name not in ROOT, "the last stage has a USER, and it is not root"

    def test_it_starts_the_server_and_no_shell(self, dockerfile):
        start = dockerfile.process

        assert start, "CMD (with ENTRYPOINT) is a list: no shell is process 1, or it says `exec`"
        assert not {"&&", ";", "||"} & set(start), "one program is started, and no chain of them"

    def test_the_start_installs_and_migrates_nothing(self, dockerfile):
        start = " ".join(dockerfile.start_command or [])

        words = [w for w in ("uv run", "pip ", "alembic", "migrate", "--reload") if w in start]
        assert words == [], "the server starts, and nothing is installed or migrated before it"

    def test_what_is_installed_stands_in_a_lock(self, dockerfile):
        unlocked = [
            str(command) for _, _, command in dockerfile.install_commands if is_unlocked(command)
        ]

        assert dockerfile.install_commands, "the packages are installed while the image is built"
        assert unlocked == [], (
            "packages come from a lock: --require-hashes, or uv's --frozen/--locked"
        )

    def test_nothing_for_development_is_installed(self, dockerfile):
        commands = [
            str(each) for _, _, each in dockerfile.install_commands if is_for_development(each)
        ]

        assert commands == [], "no pytest, no linter: nothing of the group `dev` is installed"

    def test_a_changed_line_of_code_installs_nothing_anew(self, dockerfile):
        late = [
            str(command)
            for stage, place, command in dockerfile.install_commands
            if any(step.copies("app/main.py") for step in stage.instructions[:place])
        ]

        assert late == [], "the packages are installed before app/ is copied"

    def test_it_says_how_it_is(self, dockerfile):
        check = dockerfile.last("HEALTHCHECK")
        words = [] if check is None or check.arguments == "NONE" else check.words

        assert "/health/" in " ".join(words), "HEALTHCHECK asks /health/live"
        missing = [name for name in DOWNLOADERS if name in words and not dockerfile.runs(name)]
        assert missing == [], "what HEALTHCHECK runs is in the image: slim has no curl and no wget"


class TestContent:
    def test_the_app_and_its_migrations_are_in_it(self, dockerfile, build_context):
        content = dockerfile.content(build_context())

        missing = {"app/main.py", "alembic.ini", "migrations/env.py"} - content
        assert missing == set(), "app/, migrations/ and alembic.ini are in the image"

    @pytest.mark.parametrize("name", PLANTED[:4])
    def test_what_lies_about_is_not_even_sent(self, build_context, name):
        assert name not in build_context(*PLANTED), f"{name} is left out by .dockerignore"

    def test_the_tests_are_not_in_it(self, dockerfile, build_context):
        content = dockerfile.content(build_context(*PLANTED))

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
            serves = built_image.wait_until(
                lambda: "Application startup complete" in built_image.logs(container)
            )

            assert serves, "the server starts offline, with a file system that is read-only"

    def test_it_goes_when_it_is_told_to(self, built_image):
        with built_image.container() as container:
            built_image.wait_until(
                lambda: "Application startup complete" in built_image.logs(container)
            )

            built_image.engine.run("stop", "--time", "5", container)
            status = built_image.engine.run("inspect", "--format", "{{.State.ExitCode}}", container)
            assert "Application shutdown complete" in built_image.logs(container), (
                "`docker stop` is heard: the log tells of the shutdown"
            )
            assert status.stdout.strip() != "137", "it ends within 5 s of `docker stop`, unforced"


class TestMigrate:
    def test_an_empty_database_gets_its_tables(self, migrate, head, empty_database):
        done = migrate()

        assert done.returncode == 0, (
            f"`python -m app.cli migrate` on an empty database{errors(done)}"
        )
        assert revisions(empty_database) == [head], "the revision after `python -m app.cli migrate`"

    def test_a_second_time_changes_nothing(self, migrate, head, empty_database):
        migrate()

        done = migrate()

        assert done.returncode == 0, f"`python -m app.cli migrate` a second time{errors(done)}"
        assert revisions(empty_database) == [head], (
            "the revision after `python -m app.cli migrate`, twice"
        )

    @pytest.mark.parametrize("table", ["alembic_version", "reports"], ids=["first", "last"])
    def test_three_at_once_do_not_hinder_each_other(self, migrate, head, empty_database, table):
        database = empty_database.database
        with in_flight(migrate, REPLICAS, reserved_table_name(database, table)) as replicas:
            # All wait, or one is through; a way to wait that is not seen here gets its time.
            holds_within(
                TIMEOUT,
                lambda: standing_sessions(database) >= REPLICAS or any(r.done() for r in replicas),
            )

        done = results(replicas)
        case = f"`python -m app.cli migrate` {REPLICAS} times at once, all of them succeed"
        assert [each.returncode for each in done] == [0] * REPLICAS, f"{case}{errors(*done)}"
        assert revisions(empty_database) == [head], "the revision after `python -m app.cli migrate`"

    def test_without_a_database_it_fails(self, migrate):
        done = migrate(DATABASE_URL="postgresql+psycopg://eventure@127.0.0.1:1/eventure")

        assert done.returncode != 0, "`python -m app.cli migrate` when no database answers: exit"
        assert "Traceback" not in done.stderr, (
            "`python -m app.cli migrate`: a sentence, no traceback"
        )

    @pytest.fixture
    def migrate(self, commands, empty_database):
        """`migrate()`: the command, on a database without tables."""

        def run(**env):
            return commands.run(
                *MIGRATE, env={"DATABASE_URL": empty_database.url, **env}, timeout=30
            )

        return run

    @pytest.fixture
    def head(self, database):
        """The newest revision: the database of the app has it."""
        return database.value(REVISION)


def revisions(empty_database):
    return [row["version_num"] for row in empty_database.database.rows(REVISION)]


def errors(*done):
    """The error that each failed command has named, to follow a sentence."""
    named = {last_error(each.stderr) for each in done if each.returncode != 0}
    return f"; it said: {'; '.join(sorted(named))}" if named else ""
