"""Servers of one command alone: nobody else uses them, and nothing of them is left."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from checks import services
from checks.errors import CourseError
from checks.services import cohort_servers, home
from checks.services.data_directory import SHARED_MEMORY
from checks.services.process import read_pid
from checks.services.redis import external_redis
from checks.tests.services.sessions import databases

OWNER = """
from pathlib import Path
import sys, time
from checks.services import cohort_servers
cohort_servers.FOLDER = Path(sys.argv[1])
with cohort_servers.cohort_servers() as home:
    print(home.root, home.keeper_pid(), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the homes that root's servers may enter too."""
    path = Path(f"/tmp/eventure-test-{os.getpid()}")
    path.mkdir(mode=0o755)
    monkeypatch.setattr(cohort_servers, "FOLDER", path)
    return path


@pytest.fixture(autouse=True)
def _no_folder_is_left(folder: Path) -> Iterator[None]:
    yield
    folder.rmdir()


@pytest.fixture
def owner(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """A command with servers of its own, until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def home_and_keeper(owner: "subprocess.Popen[str]") -> tuple[home.Home, int]:
    assert owner.stdout is not None
    root, keeper = owner.stdout.readline().split()
    return home.Home(Path(root)), int(keeper)


def in_memory(own_home: home.Home) -> list[Path]:
    """The folders in memory that belong to a home."""
    return [
        file.parent
        for file in SHARED_MEMORY.glob("eventure-*/home")
        if file.read_bytes() == os.fsencode(own_home.root)
    ]


def wait_for_end(pid: int) -> None:
    """Wait for the end of a process that is no child of this one."""
    descriptor = os.pidfd_open(pid)
    select.select([descriptor], [], [], 30)
    os.close(descriptor)


def runs(pid: int) -> bool:
    """Whether a process runs; one that has ended and that no parent has waited for does not."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    return "State:\tZ" not in status


class TestCohortServers:
    def test_they_are_not_those_of_the_person(self, services_home: home.Home) -> None:
        persons = services.ensure()
        database = persons.postgres.create_database()

        with cohort_servers.cohort_servers() as own:
            cohorts = services.ensure()

            assert database.name not in databases(cohorts.postgres)
            assert cohorts.postgres.sockets != persons.postgres.sockets
            assert cohorts.redis.address != persons.redis.address

        assert os.environ["EVENTURE_HOME"] == str(services_home.root)
        assert services.ensure().postgres is persons.postgres
        assert not own.root.exists()
        persons.postgres.drop_database(database)

    def test_after_an_error_nothing_of_them_is_left(self, services_home: home.Home) -> None:
        with suppress(KeyboardInterrupt), cohort_servers.cohort_servers() as own:
            pid = read_pid(own.data / "postmaster.pid") or 0
            raise KeyboardInterrupt

        assert (own.root.exists(), in_memory(own)) == (False, [])
        assert not runs(pid)

    def test_external_servers_stay_those_that_are_used(
        self, services_home: home.Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        persons = services.ensure()
        monkeypatch.setenv("DATABASE_URL", persons.postgres.admin.url)
        monkeypatch.setenv("REDIS_URL", persons.redis.url(0))

        with cohort_servers.cohort_servers() as own:
            used = services.ensure()

            assert used.postgres.admin.url == persons.postgres.admin.url
            assert used.redis.kind == "external"
            assert own.keeper_pid() is None

    def test_an_external_redis_lends_each_database_once(self, services_home: home.Home) -> None:
        url = services.ensure().redis.url(0)
        before = external_redis(url).leases

        with cohort_servers.cohort_servers():
            assert external_redis(url).leases == before

    def test_a_kill_of_the_command_ends_them(self, owner: "subprocess.Popen[str]") -> None:
        own, keeper = home_and_keeper(owner)

        owner.kill()
        wait_for_end(keeper)

        assert (own.root.exists(), in_memory(own)) == (False, [])

    def test_the_next_command_ends_those_of_a_killed_keeper(
        self, owner: "subprocess.Popen[str]"
    ) -> None:
        own, keeper = home_and_keeper(owner)
        pid = read_pid(own.data / "postmaster.pid")
        assert pid is not None
        os.kill(keeper, signal.SIGKILL)
        owner.kill()
        owner.wait()

        cohort_servers.sweep_homes()

        assert (own.root.exists(), in_memory(own)) == (False, [])
        assert not runs(pid)

    def test_no_command_ends_those_of_another(self, owner: "subprocess.Popen[str]") -> None:
        own, _ = home_and_keeper(owner)

        cohort_servers.sweep_homes()

        assert own.keeper_pid() is not None
        owner.communicate()
        assert not own.root.exists()

    def test_nobody_starts_those_of_an_ended_command_again(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = folder / f"{home.COMMANDS_PREFIX}1"
        monkeypatch.setenv(home.VARIABLE, str(root))

        with pytest.raises(CourseError, match="belong to has ended"):
            services.ensure()

        assert not root.exists()

    def test_a_home_that_lost_its_lock_while_it_was_deleted_goes_with_the_next_command(
        self, folder: Path
    ) -> None:
        (folder / f"{home.COMMANDS_PREFIX}1" / "leases").mkdir(parents=True)

        cohort_servers.sweep_homes()

        assert list(folder.iterdir()) == []
