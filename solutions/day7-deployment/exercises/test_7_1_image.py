"""Task 7.1: an image that holds what runs and no more, and one process at a time that migrates."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from checks.harness.app.process import last_error

PLANTED = (
    ".env",
    ".git/config",
    ".venv/bin/python",
    "app/__pycache__/main.cpython-311.pyc",
    "tests/test_planted.py",
)
ROOT = ("root", "0")
FETCHED = ("curl", "wget")
INSTALLERS = {"uv", "pip", "setuptools", "wheel"}
DEVELOPMENT = ("pytest", "ruff", "mypy", "dev", "--all-groups", "--all-extras")
# With these, uv takes what the lock says; pip's way is --require-hashes.
LOCKED = ("--frozen", "--locked", "--require-hashes")
NO_DEV = ("--no-dev", "--no-default-groups", "--only-group")

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


def is_loose(command):
    """Whether what it installs depends on the day. An installer may be of any version."""
    words = list(command.words)
    if set(LOCKED) & set(words):
        return False
    named = words[words.index("install") + 1 :] if "install" in words else []
    return not named or not {word for word in named if not word.startswith("-")} <= INSTALLERS


class TestDockerfile:
    @pytest.mark.gate
    def test_its_base_has_a_version(self, image):
        loose = [
            base
            for base in image.bases
            if base != "scratch" and "@sha256:" not in base
            if base.rpartition("/")[2].partition(":")[2] in ("", "latest")
        ]

        assert loose == [], "every FROM names a version, and not `latest`"

    def test_hadolint_finds_nothing(self, hadolint):
        said = "; ".join(hadolint[:2])
        assert hadolint == [], f"hadolint finds no error and no warning; it says: {said}"

    def test_the_process_is_not_root(self, image):
        user = image.last("USER")

        name = user.value.split(":")[0].strip() if user else "root"
        assert name not in ROOT, "the last stage has a USER, and it is not root"

    def test_it_starts_the_server_and_no_shell(self, image):
        start = image.process

        assert start, "CMD (with ENTRYPOINT) is a list: no shell is process 1, or it says `exec`"
        assert not {"&&", ";", "||"} & set(start), "one program is started, and no chain of them"

    def test_the_start_installs_and_migrates_nothing(self, image):
        start = " ".join(image.start or [])

        found = [w for w in ("uv run", "pip ", "alembic", "migrate", "--reload") if w in start]
        assert found == [], "the server starts, and nothing is installed or migrated before it"

    def test_what_is_installed_stands_in_a_lock(self, image):
        loose = [str(command) for _, _, command in image.installs if is_loose(command)]

        assert image.installs, "the packages are installed while the image is built"
        assert loose == [], "packages come from a lock: --require-hashes, or uv's --frozen/--locked"

    def test_nothing_for_development_is_installed(self, image):
        meant = [
            str(command)
            for _, _, command in image.installs
            if any(word.strip(".[]\"'") in DEVELOPMENT for word in command.words)
            or (command.begins("uv", "sync") and not set(NO_DEV) & set(command.words))
        ]

        assert meant == [], "no pytest, no linter: nothing of the group `dev` is installed"

    def test_a_changed_line_of_code_installs_nothing_anew(self, image):
        late = [
            str(command)
            for stage, place, command in image.installs
            if any(step.takes("app/main.py") for step in stage.steps[:place])
        ]

        assert late == [], "the packages are installed before app/ is copied"

    def test_it_says_how_it_is(self, image):
        check = image.last("HEALTHCHECK")
        words = [] if check is None or check.rest == "NONE" else check.words

        assert "/health/" in " ".join(words), "HEALTHCHECK asks /health/live"
        fetched = [name for name in FETCHED if name in words and not image.runs(name)]
        assert fetched == [], "what HEALTHCHECK runs is in the image: slim has no curl and no wget"


class TestContent:
    def test_the_app_and_its_migrations_are_in_it(self, image, sent):
        content = image.content(sent())

        missing = {"app/main.py", "alembic.ini", "migrations/env.py"} - content
        assert missing == set(), "app/, migrations/ and alembic.ini are in the image"

    @pytest.mark.parametrize("name", PLANTED[:4])
    def test_what_lies_about_is_not_even_sent(self, sent, name):
        assert name not in sent(*PLANTED), f"{name} is left out by .dockerignore"

    def test_the_tests_are_not_in_it(self, image, sent):
        content = image.content(sent(*PLANTED))

        found = sorted({path.split("/")[0] for path in content} & {"tests", "exercises"})
        assert found == [], "tests/ and exercises/ are not in the image"


class TestRunning:
    """Where a Docker engine answers."""

    def test_it_is_not_root_and_has_no_tests(self, built):
        user = built.python("import os; print(os.getuid())")
        found = built.python("from importlib.util import find_spec; print(find_spec('pytest'))")

        assert user not in ("", "0"), "the process in the container is not root"
        assert found == "None", "pytest is not in the image"

    def test_it_serves_without_a_network_and_without_writing(self, built):
        with built.started() as container:
            serves = built.until(lambda: "Application startup complete" in built.logs(container))

            assert serves, "the server starts offline, with a file system that is read-only"

    def test_it_goes_when_it_is_told_to(self, built):
        with built.started() as container:
            built.until(lambda: "Application startup complete" in built.logs(container))

            built.engine.run("stop", "--time", "5", container)
            shown = built.engine.run("inspect", "--format", "{{.State.ExitCode}}", container)
            assert "Application shutdown complete" in built.logs(container), (
                "`docker stop` is heard: the log tells of the shutdown"
            )
            assert shown.stdout.strip() != "137", "it ends within 5 s of `docker stop`, unforced"


class TestMigrate:
    def test_an_empty_database_gets_its_tables(self, migrate, head, empty_database):
        done = migrate()

        assert done.returncode == 0, f"`python -m app.cli migrate` on an empty database{said(done)}"
        assert revisions(empty_database) == [head], "the revision after `python -m app.cli migrate`"

    def test_a_second_time_changes_nothing(self, migrate, head, empty_database):
        migrate()

        done = migrate()

        assert done.returncode == 0, f"`python -m app.cli migrate` a second time{said(done)}"
        assert revisions(empty_database) == [head], (
            "the revision after `python -m app.cli migrate`, twice"
        )

    @pytest.mark.parametrize("table", ["alembic_version", "reports"], ids=["first", "last"])
    def test_three_at_once_do_not_hinder_each_other(
        self, migrate, head, empty_database, held, table
    ):
        with ThreadPoolExecutor(REPLICAS) as replicas:
            with held(table):
                running = [replicas.submit(migrate) for _ in range(REPLICAS)]
                until(lambda: standing(empty_database) or any(each.done() for each in running))
            done = [each.result() for each in running]

        asked = f"`python -m app.cli migrate` {REPLICAS} times at once, all of them succeed"
        assert [each.returncode for each in done] == [0] * REPLICAS, f"{asked}{said(*done)}"
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

    @pytest.fixture
    def held(self, empty_database):
        """Inside the block nobody gets further than to the making of this table.

        A rival makes one of that name and does not commit: PostgreSQL has to wait for him.
        """

        @contextmanager
        def hold(table):
            rival = empty_database.database.connect()
            rival.execute(f"CREATE TABLE {table} (held int)")
            try:
                yield
            finally:
                rival.close()

        return hold


def standing(empty_database):
    """All have come as far as they can."""
    return empty_database.database.value(STANDING) >= REPLICAS


def revisions(empty_database):
    return [row["version_num"] for row in empty_database.database.rows(REVISION)]


def said(*done):
    """What those that failed named as their error."""
    errors = {last_error(each.stderr) for each in done if each.returncode != 0}
    return f"; it said: {'; '.join(sorted(errors))}" if errors else ""


def until(good):
    """Go on when it is so; a way to wait that cannot be seen here is given its time."""
    deadline, clock = time.monotonic() + PATIENCE, threading.Event()
    while not good() and time.monotonic() < deadline:
        clock.wait(0.02)
