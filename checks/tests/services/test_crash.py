"""After a crash nothing blocks the next start."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from checks import services
from checks.services import account, cluster, home, memory, redis_process
from checks.services.postgres import Postgres
from checks.services.process import read_pid
from checks.services.redis import RedisServer
from checks.tests.services.sessions import databases, elsewhere


@pytest.fixture
def on_disk(place: home.Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """There the files outlive their server."""
    services.down()
    monkeypatch.setenv(memory.VARIABLE, memory.OFF)
    yield
    services.down()


class TestAfterACrash:
    def test_of_postgres(self, place: home.Home) -> None:
        services.ensure()
        pid = read_pid(place.data / "postmaster.pid")
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

        assert services.ensure().postgres.admin.run("SELECT 1") == [(1,)]

    def test_of_the_keeper(self, place: home.Home) -> None:
        made = services.ensure().postgres.create_database()
        pid = place.keeper_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        home.wait_until_free(place, "keeper", 10)
        before = read_pid(place.data / "postmaster.pid")

        assert databases(services.ensure().postgres) >= {made.name}
        assert read_pid(place.data / "postmaster.pid") != before

    def test_of_the_keeper_down_still_stops_its_servers(self, place: home.Home) -> None:
        services.ensure()
        state, pid = place.read_state(), place.keeper_pid()
        assert state is not None
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        home.wait_until_free(place, "keeper", 10)

        services.down()

        assert not redis_process.answers(state.redis)
        assert not cluster.postgres_answers(Path(state.postgres))

    def test_of_the_first_start_half_made_files_are_made_anew(self, place: home.Home) -> None:
        services.down(reset=True)
        half = place.root / "postgres.new"
        half.mkdir()
        (half / "PG_VERSION").write_text("18")

        assert services.ensure().postgres.admin.run("SELECT 1") == [(1,)]

    def test_files_that_no_server_starts_on_are_made_anew(
        self, place: home.Home, on_disk: None
    ) -> None:
        services.ensure()
        services.down()
        (place.data / "global" / "pg_control").write_bytes(b"torn")

        assert services.ensure().postgres.admin.run("SELECT 1") == [(1,)]

    def test_of_the_machine_a_pid_that_is_anothers_now_blocks_nothing(
        self, place: home.Home, on_disk: None
    ) -> None:
        made = services.ensure().postgres.create_database()
        services.down()
        who = account.server_account()
        with subprocess.Popen(["sleep", "60"], user=who.uid if who.drop else None) as another:
            (place.data / "postmaster.pid").write_text(f"{another.pid}\n{place.data}\n")

            found = databases(services.ensure().postgres)

            assert another.poll() is None
            another.kill()
        assert made.name in found

    def test_of_the_machine_itself_the_files_are_not_trusted(
        self, place: home.Home, on_disk: None
    ) -> None:
        old = services.ensure().postgres.create_database()
        services.down()
        (place.data / "postmaster.pid").write_text(f"{2**22 + 1}\n{place.data}\n")
        (place.data / "eventure-boot").write_text("another boot")

        assert old.name not in databases(services.ensure().postgres)

    def test_a_script_without_end_is_ended_and_redis_answers_again(
        self, place: home.Home, redis: RedisServer
    ) -> None:
        keeper = place.keeper_pid()
        state = place.read_state()
        assert state is not None
        source = (
            "import redis, sys; r = redis.Redis.from_url(sys.argv[1], socket_timeout=60);"
            " print('up', flush=True); r.eval('while true do end', 0)"
        )
        url = redis.url(1)
        with subprocess.Popen([sys.executable, "-c", source, url], stdout=subprocess.PIPE) as busy:
            assert busy.stdout is not None
            busy.stdout.readline()
            while redis_process.answers(state.redis):
                assert busy.poll() is None, "it keeps Redis busy"

            services.ensure()
            busy.wait(30)

        assert redis_process.answers(state.redis)
        assert place.keeper_pid() == keeper, "nobody else was disturbed"

    def test_of_the_environment_that_the_servers_were_started_from(self, place: home.Home) -> None:
        services.ensure()
        before, state = place.keeper_pid(), place.read_state()
        assert state is not None
        assert {Path(path).name for path in state.programs} == {"postgres", "redis-server"}
        place.write_state(replace(state, programs={**state.programs, "/gone/postgres": [1, 2, 3]}))

        found = services.ensure()

        assert place.keeper_pid() != before
        assert found.postgres.admin.run("SELECT 1") == [(1,)]

    def test_of_a_run_its_database_is_dropped_by_the_next(self, postgres: Postgres) -> None:
        name = elsewhere(
            "from checks import services; print(services.ensure().postgres.create_database().name)"
        )
        mine = postgres.create_database()

        swept = postgres.sweep()

        assert name in swept
        assert mine.name not in swept
        roles = [role for (role,) in postgres.admin.run("SELECT rolname FROM pg_roles")]
        assert not [role for role in roles if role.startswith(name)]
        postgres.drop_database(mine)
