"""The start of the services: once, shared by all processes, and ended when unused."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from checks import services
from checks.errors import CourseError
from checks.services import account, cluster, home, redis_process, usage


class TestStart:
    def test_the_second_one_finds_what_the_first_started(self, services_home: home.Home) -> None:
        services.ensure()
        first = services_home.keeper_pid()
        messages: list[str] = []

        services.ensure(messages.append)

        assert services_home.keeper_pid() == first
        assert messages == []

    def test_two_processes_at_once_start_one_keeper(self, services_home: home.Home) -> None:
        services.down()
        source = (
            "from checks import services; services.ensure(); "
            "print(services.lifecycle.find_home().keeper_pid())"
        )
        processes = [
            subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]

        messages = [process.communicate(timeout=120)[0].strip() for process in processes]

        assert messages == [str(services_home.keeper_pid())] * 2

    def test_down_stops_both_and_the_keeper(self, services_home: home.Home) -> None:
        services.ensure()
        state = services_home.read_state()
        assert state is not None

        assert services.down() is True

        assert services_home.keeper_pid() is None
        assert not redis_process.redis_answers(state.redis)
        assert not cluster.postgres_answers(Path(state.postgres))
        assert services.status()["PostgreSQL"] == "stopped"
        assert services.down() is False

    def test_unused_services_stop_by_themselves(
        self, services_home: home.Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        services.down()
        monkeypatch.setenv("EVENTURE_IDLE_MINUTES", "0.001")
        services.ensure().postgres.admin.close()

        assert home.wait_for_lock(services_home, "keeper", 30), "the keeper still lives"
        assert not (services_home.data / "postmaster.pid").exists()

    def test_a_leased_database_counts_as_use(self, services_home: home.Home) -> None:
        server = services.ensure().redis
        before = usage.in_use(services_home)
        number = server.lease()

        assert not before
        assert usage.in_use(services_home)
        server.release(number)

    def test_an_open_connection_counts_as_use(self, services_home: home.Home) -> None:
        postgres = services.ensure().postgres
        before = usage.in_use(services_home)

        with psycopg.connect(postgres.admin_dsn()):
            assert not before
            assert usage.in_use(services_home)

    def test_a_path_that_is_too_long_for_a_socket_is_replaced(self) -> None:
        deep_home = home.Home(Path("/nowhere") / ("deep/" * 30))

        assert len(str(deep_home.sockets("postgres"))) < home.MAX_SOCKET_DIRECTORY_BYTES

    def test_a_home_that_is_somebody_elses_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "planted").symlink_to(tmp_path / "mine")
        monkeypatch.setenv("EVENTURE_HOME", str(tmp_path / "planted"))

        with pytest.raises(CourseError, match="set EVENTURE_HOME"):
            services.ensure()

    def test_programs_in_a_private_checkout_are_copied_for_the_server(
        self, services_home: home.Home, tmp_path: Path
    ) -> None:
        (tmp_path / "private").mkdir(mode=0o700)
        server_account = account.Account(os.geteuid() + 1, os.getegid() + 1, drop_privileges=True)

        assert not server_account.can_reach(tmp_path / "private")
        assert server_account.can_reach(Path("/usr/bin"))
        assert cluster.find_programs(services_home, server_account).joinpath("postgres").exists()

    def test_nothing_is_readable_that_would_let_an_application_in(
        self, services_home: home.Home
    ) -> None:
        services.ensure()

        for path in (services_home.password_file, services_home.redis_password_file):
            assert path.stat().st_mode & 0o077 == 0, path
