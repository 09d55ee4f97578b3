"""Starting once, shared by all."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from checks import services
from checks.errors import CourseError
from checks.services import account, cluster, home, keeper, redis_process


class TestStart:
    def test_the_second_one_finds_what_the_first_started(self, place: home.Home) -> None:
        services.ensure()
        first = place.keeper_pid()
        said: list[str] = []

        services.ensure(said.append)

        assert place.keeper_pid() == first
        assert said == []

    def test_two_processes_at_once_start_one_keeper(self, place: home.Home) -> None:
        services.down()
        source = (
            "from checks import services; services.ensure(); "
            "print(services.lifecycle.find_home().keeper_pid())"
        )
        both = [
            subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]

        said = [process.communicate(timeout=120)[0].strip() for process in both]

        assert said == [str(place.keeper_pid())] * 2

    def test_down_stops_both_and_the_keeper(self, place: home.Home) -> None:
        services.ensure()
        state = place.read_state()
        assert state is not None

        assert services.down() is True

        assert place.keeper_pid() is None
        assert not redis_process.answers(state.redis)
        assert not cluster.postgres_answers(Path(state.postgres))
        assert services.status()["PostgreSQL"] == "stopped"
        assert services.down() is False

    def test_unused_services_stop_by_themselves(
        self, place: home.Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        services.down()
        monkeypatch.setenv("EVENTURE_IDLE_MINUTES", "0.001")
        services.ensure().postgres.admin.close()

        assert home.wait_until_free(place, "keeper", 30), "the keeper still lives"
        assert not (place.data / "postmaster.pid").exists()

    def test_a_leased_database_counts_as_use(self, place: home.Home) -> None:
        server = services.ensure().redis
        before = keeper._in_use(place)
        number = server.lease()

        assert not before
        assert keeper._in_use(place)
        server.release(number)

    def test_an_open_connection_counts_as_use(self, place: home.Home) -> None:
        postgres = services.ensure().postgres
        before = keeper._in_use(place)

        with psycopg.connect(postgres.admin_dsn()):
            assert not before
            assert keeper._in_use(place)

    def test_a_path_that_is_too_long_for_a_socket_is_replaced(self) -> None:
        long = home.Home(Path("/nowhere") / ("deep/" * 30))

        assert len(str(long.sockets("postgres"))) < home.LONGEST_SOCKET_DIRECTORY

    def test_a_home_that_is_somebody_elses_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "planted").symlink_to(tmp_path / "mine")
        monkeypatch.setenv("EVENTURE_HOME", str(tmp_path / "planted"))

        with pytest.raises(CourseError, match="set EVENTURE_HOME"):
            services.ensure()

    def test_programs_in_a_private_checkout_are_copied_for_the_server(
        self, place: home.Home, tmp_path: Path
    ) -> None:
        (tmp_path / "private").mkdir(mode=0o700)
        who = account.Account(os.geteuid() + 1, os.getegid() + 1, drop=True)

        assert not who.can_reach(tmp_path / "private")
        assert who.can_reach(Path("/usr/bin"))
        assert cluster.find_programs(place, who).joinpath("postgres").exists()

    def test_nothing_is_readable_that_would_let_an_application_in(self, place: home.Home) -> None:
        services.ensure()

        for path in (place.password_file, place.redis_password_file):
            assert path.stat().st_mode & 0o077 == 0, path
