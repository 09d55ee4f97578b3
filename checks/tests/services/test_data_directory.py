"""PostgreSQL's files lie in memory where there is room, and take none up when it is stopped."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks import services
from checks.services import data_directory, home
from checks.services.account import server_account
from checks.tests.services.sessions import run_in_subprocess
from checks.tests.support.homes import own_home

SWEEP = """
from pathlib import Path
from checks.services import data_directory
data_directory.SHARED_MEMORY = Path({shared_memory!r})
data_directory.sweep()
"""


@pytest.fixture
def shared_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the place of /dev/shm, with enough space."""
    folder = tmp_path / "shm"
    folder.mkdir()
    monkeypatch.setattr(data_directory, "SHARED_MEMORY", folder)
    monkeypatch.setattr(data_directory, "_has_space", lambda: True)
    monkeypatch.delenv(data_directory.VARIABLE, raising=False)
    return folder


@pytest.fixture
def services_home(tmp_path: Path) -> home.Home:
    root = tmp_path / "home"
    root.mkdir()
    return home.Home(root)


def link_cluster(services_home: home.Home) -> Path:
    """A cluster of the home in memory; the folder it lies in."""
    folder = data_directory.folder_in_memory(services_home)
    assert folder is not None
    (folder / "postgres18").mkdir()
    services_home.data.symlink_to(folder / "postgres18")
    return folder


class TestFolder:
    def test_two_homes_have_two(
        self, shared_memory: Path, services_home: home.Home, tmp_path: Path
    ) -> None:
        other = home.Home(tmp_path / "other")

        assert data_directory.folder_in_memory(services_home) != data_directory.folder_in_memory(
            other
        )
        assert data_directory.folder_in_memory(services_home) == data_directory.folder_in_memory(
            services_home
        )

    def test_there_is_none_without_room(
        self, shared_memory: Path, services_home: home.Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(data_directory, "_has_space", lambda: False)

        assert data_directory.folder_in_memory(services_home) is None

    def test_there_is_none_when_the_variable_says_so(
        self, shared_memory: Path, services_home: home.Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(data_directory.VARIABLE, data_directory.OFF)

        assert data_directory.folder_in_memory(services_home) is None

    def test_a_folder_on_a_disk_is_not_memory(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(data_directory, "SHARED_MEMORY", tmp_path)

        assert data_directory._has_space() is False


class TestGivingBack:
    def test_files_in_memory_go(self, shared_memory: Path, services_home: home.Home) -> None:
        folder = link_cluster(services_home)

        data_directory.delete_from_memory(services_home)

        assert not folder.exists()
        assert not services_home.data.is_symlink()

    def test_files_on_the_disk_stay(self, services_home: home.Home) -> None:
        services_home.data.mkdir()

        data_directory.delete_from_memory(services_home)

        assert services_home.data.is_dir()

    def test_a_sweep_takes_what_a_home_that_is_gone_has_left(
        self, shared_memory: Path, services_home: home.Home, tmp_path: Path
    ) -> None:
        mine, theirs = (
            link_cluster(services_home),
            link_cluster(other := _make_home(tmp_path / "other")),
        )
        other.data.unlink()
        other.root.rmdir()
        data_directory.release(theirs)

        data_directory.sweep()

        assert mine.exists()
        assert not theirs.exists()

    def test_a_sweep_leaves_the_files_of_a_keeper_whose_home_is_hidden_from_it(
        self, shared_memory: Path, services_home: home.Home
    ) -> None:
        folder = link_cluster(services_home)
        hidden = services_home.root.rename(services_home.root.with_name("hidden"))

        run_in_subprocess(SWEEP.format(shared_memory=str(shared_memory)))

        assert (folder / "postgres18").exists()
        hidden.rename(services_home.root)

    def test_files_made_anew_still_name_their_owner(
        self, shared_memory: Path, services_home: home.Home
    ) -> None:
        folder = link_cluster(services_home)

        data_directory.delete_files(services_home, kept=folder)

        assert [path.name for path in folder.iterdir()] == [data_directory.OWNER_FILE]


def _make_home(root: Path) -> home.Home:
    root.mkdir()
    return home.Home(root)


@pytest.fixture
def home_in_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[home.Home]:
    monkeypatch.delenv(data_directory.VARIABLE, raising=False)
    if not data_directory._has_space():
        pytest.skip("no room in memory here")
    with own_home() as new_home:
        yield new_home


class TestTheServer:
    def test_lives_in_memory_and_leaves_none_of_it(self, home_in_memory: home.Home) -> None:
        services.ensure()

        folder = home_in_memory.data.resolve().parent
        assert folder.parent == data_directory.SHARED_MEMORY

        services.down()

        assert not folder.exists()
        assert not home_in_memory.data.is_symlink()

    def test_starts_anew_where_its_files_have_been_deleted(self, home_in_memory: home.Home) -> None:
        services.ensure().postgres.admin.close()
        shutil.rmtree(home_in_memory.data.resolve())
        home.wait_for_lock(home_in_memory, "keeper", 20)

        assert services.ensure().postgres.admin.run("SELECT 1") == [(1,)]

    def test_starts_where_a_lock_names_a_process_that_nobody_has_reaped(
        self, home_in_memory: home.Home
    ) -> None:
        services.ensure()
        services.down()
        owner = server_account()
        uid = owner.uid if owner.drop_privileges else None
        with subprocess.Popen(["true"], user=uid) as ended:
            os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
            socket = home_in_memory.sockets("postgres") / ".s.PGSQL.5432"
            Path(f"{socket}.lock").write_text(f"{ended.pid}\n/gone\n1\n5432\n{socket.parent}\n\n")

            assert services.ensure().postgres.admin.run("SELECT 1") == [(1,)]

    def test_moves_when_it_is_told_to(
        self, home_in_memory: home.Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        services.ensure()
        folder = home_in_memory.data.resolve().parent
        monkeypatch.setenv(data_directory.VARIABLE, data_directory.OFF)
        services.down()

        assert services.ensure().postgres.admin.run("SELECT 1") == [(1,)]
        assert not home_in_memory.data.is_symlink()
        assert not folder.exists()
        assert home_in_memory.data.is_dir()
