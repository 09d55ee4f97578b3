"""After a crash nothing blocks the next start."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from checks import services
from checks.services import account, cluster, data_directory, home, lifecycle, redis_process
from checks.services.keeper_state import KeeperState
from checks.services.postgres import Postgres
from checks.services.process import read_pid
from checks.services.redis import RedisServer
from checks.tests.services.sessions import databases, run_in_subprocess


def _killed_keeper(services_home: home.Home) -> tuple[KeeperState, int]:
    """The state of a keeper that was killed, and the pid of its PostgreSQL, which runs on."""
    services.ensure().postgres.admin.close()
    state, pid = services_home.read_state(), services_home.keeper_pid()
    assert state is not None
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    home.wait_for_lock(services_home, "keeper", 10)
    server = read_pid(services_home.data / "postmaster.pid")
    assert server is not None
    return state, server


@contextmanager
def _watched(pid: int) -> Iterator[Callable[[float], bool]]:
    """Whether the process ends within some seconds (pidfd_open(2))."""
    descriptor = os.pidfd_open(pid)
    try:
        yield lambda seconds: bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


@pytest.fixture
def on_disk(services_home: home.Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """PostgreSQL's files on the disk, where they outlive the server."""
    services.down()
    monkeypatch.setenv(data_directory.VARIABLE, data_directory.OFF)
    yield
    services.down()


class TestAfterACrash:
    def test_of_postgres(self, services_home: home.Home) -> None:
        services.ensure()
        pid = read_pid(services_home.data / "postmaster.pid")
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

        assert services.ensure().postgres.admin.run("SELECT 1") == [(1,)]

    def test_of_the_keeper(self, services_home: home.Home) -> None:
        database = services.ensure().postgres.create_database()
        pid = services_home.keeper_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        home.wait_for_lock(services_home, "keeper", 10)
        before = read_pid(services_home.data / "postmaster.pid")

        assert databases(services.ensure().postgres) >= {database.name}
        assert read_pid(services_home.data / "postmaster.pid") != before

    def test_of_the_keeper_down_still_stops_its_servers(self, services_home: home.Home) -> None:
        services.ensure()
        state, pid = services_home.read_state(), services_home.keeper_pid()
        assert state is not None
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        home.wait_for_lock(services_home, "keeper", 10)

        services.down()

        assert not redis_process.redis_answers(state.redis)
        assert not cluster.postgres_answers(Path(state.postgres))

    def test_of_the_keeper_its_servers_end_when_nobody_uses_them(
        self, services_home: home.Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        services.down()
        monkeypatch.setenv("EVENTURE_IDLE_MINUTES", "0.05")
        state, pid = _killed_keeper(services_home)

        with _watched(pid) as ended:
            assert ended(30), "another process stops them"

        assert not redis_process.redis_answers(state.redis)
        assert not cluster.postgres_answers(Path(state.postgres))

    def test_of_the_keeper_the_guard_leaves_the_servers_of_the_next(
        self, services_home: home.Home
    ) -> None:
        services.down()
        _killed_keeper(services_home)
        services.ensure()

        assert not lifecycle.end_orphans(services_home)
        assert services.ensure().postgres.admin.run("SELECT 1") == [(1,)]

    def test_of_the_first_start_half_made_files_are_made_anew(
        self, services_home: home.Home
    ) -> None:
        services.down(reset=True)
        draft = services_home.root / "postgres.new"
        draft.mkdir()
        (draft / "PG_VERSION").write_text("18")

        assert services.ensure().postgres.admin.run("SELECT 1") == [(1,)]

    def test_files_that_no_server_starts_on_are_made_anew(
        self, services_home: home.Home, on_disk: None
    ) -> None:
        services.ensure()
        services.down()
        (services_home.data / "global" / "pg_control").write_bytes(b"torn")

        assert services.ensure().postgres.admin.run("SELECT 1") == [(1,)]

    def test_of_the_machine_a_pid_that_is_anothers_now_blocks_nothing(
        self, services_home: home.Home, on_disk: None
    ) -> None:
        database = services.ensure().postgres.create_database()
        services.down()
        server_account = account.server_account()
        with subprocess.Popen(
            ["sleep", "60"], user=server_account.uid if server_account.drop_privileges else None
        ) as sleeper:
            (services_home.data / "postmaster.pid").write_text(
                f"{sleeper.pid}\n{services_home.data}\n"
            )

            names = databases(services.ensure().postgres)

            assert sleeper.poll() is None
            sleeper.kill()
        assert database.name in names

    def test_of_the_machine_itself_the_files_are_not_trusted(
        self, services_home: home.Home, on_disk: None
    ) -> None:
        old = services.ensure().postgres.create_database()
        services.down()
        (services_home.data / "postmaster.pid").write_text(f"{2**22 + 1}\n{services_home.data}\n")
        (services_home.data / "eventure-boot").write_text("another boot")

        assert old.name not in databases(services.ensure().postgres)

    def test_a_script_without_end_is_ended_and_redis_answers_again(
        self, services_home: home.Home, redis: RedisServer
    ) -> None:
        keeper = services_home.keeper_pid()
        state = services_home.read_state()
        assert state is not None
        source = (
            "import redis, sys; r = redis.Redis.from_url(sys.argv[1], socket_timeout=60);"
            " print('up', flush=True); r.eval('while true do end', 0)"
        )
        url = redis.url(1)
        with subprocess.Popen(
            [sys.executable, "-c", source, url], stdout=subprocess.PIPE
        ) as client:
            assert client.stdout is not None
            client.stdout.readline()
            while redis_process.redis_answers(state.redis):
                assert client.poll() is None, "it keeps Redis busy"

            services.ensure()
            client.wait(30)

        assert redis_process.redis_answers(state.redis)
        assert services_home.keeper_pid() == keeper, "nobody else was disturbed"

    def test_of_the_environment_that_the_servers_were_started_from(
        self, services_home: home.Home
    ) -> None:
        services.ensure()
        before, state = services_home.keeper_pid(), services_home.read_state()
        assert state is not None
        assert {Path(path).name for path in state.programs} == {"postgres", "redis-server"}
        services_home.write_state(
            replace(state, programs={**state.programs, "/gone/postgres": [1, 2, 3]})
        )

        running = services.ensure()

        assert services_home.keeper_pid() != before
        assert running.postgres.admin.run("SELECT 1") == [(1,)]

    def test_of_a_run_its_database_is_dropped_by_the_next(self, postgres: Postgres) -> None:
        name = run_in_subprocess(
            "from checks import services; print(services.ensure().postgres.create_database().name)"
        )
        own_database = postgres.create_database()

        swept = postgres.sweep()

        assert name in swept
        assert own_database.name not in swept
        roles = [role for (role,) in postgres.admin.run("SELECT rolname FROM pg_roles")]
        assert not [role for role in roles if role.startswith(name)]
        postgres.drop_database(own_database)
