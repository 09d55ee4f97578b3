"""PostgreSQL's files lie in memory where there is room, and take none up when it is stopped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from checks import services
from checks.services import home, memory
from checks.tests.support.homes import own_home


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands for the folder in memory, with room."""
    made = tmp_path / "shm"
    made.mkdir()
    monkeypatch.setattr(memory, "SHARED", made)
    monkeypatch.setattr(memory, "_roomy", lambda: True)
    monkeypatch.delenv(memory.VARIABLE, raising=False)
    return made


@pytest.fixture
def place(tmp_path: Path) -> home.Home:
    root = tmp_path / "home"
    root.mkdir()
    return home.Home(root)


def link(place: home.Home) -> Path:
    """A cluster of the home in memory; the folder it lies in."""
    folder = memory.folder_in_memory(place)
    assert folder is not None
    (folder / "postgres18").mkdir()
    place.data.symlink_to(folder / "postgres18")
    return folder


class TestFolder:
    def test_two_homes_have_two(self, shared: Path, place: home.Home, tmp_path: Path) -> None:
        other = home.Home(tmp_path / "other")

        assert memory.folder_in_memory(place) != memory.folder_in_memory(other)
        assert memory.folder_in_memory(place) == memory.folder_in_memory(place)

    def test_there_is_none_without_room(
        self, shared: Path, place: home.Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(memory, "_roomy", lambda: False)

        assert memory.folder_in_memory(place) is None

    def test_there_is_none_when_the_variable_says_so(
        self, shared: Path, place: home.Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(memory.VARIABLE, memory.OFF)

        assert memory.folder_in_memory(place) is None

    def test_a_folder_on_a_disk_is_not_memory(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(memory, "SHARED", tmp_path)

        assert memory._roomy() is False


class TestGivingBack:
    def test_files_in_memory_go(self, shared: Path, place: home.Home) -> None:
        folder = link(place)

        memory.give_back(place)

        assert not folder.exists()
        assert not place.data.is_symlink()

    def test_files_on_the_disk_stay(self, place: home.Home) -> None:
        place.data.mkdir()

        memory.give_back(place)

        assert place.data.is_dir()

    def test_a_sweep_takes_what_a_home_that_is_gone_has_left(
        self, shared: Path, place: home.Home, tmp_path: Path
    ) -> None:
        mine, theirs = link(place), link(other := _made(tmp_path / "other"))
        other.data.unlink()
        other.root.rmdir()

        memory.sweep()

        assert mine.exists()
        assert not theirs.exists()


def _made(root: Path) -> home.Home:
    root.mkdir()
    return home.Home(root)


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[home.Home]:
    monkeypatch.delenv(memory.VARIABLE, raising=False)
    if not memory._roomy():
        pytest.skip("no room in memory here")
    with own_home() as made:
        yield made


class TestTheServer:
    def test_lives_in_memory_and_leaves_none_of_it(self, own: home.Home) -> None:
        services.ensure()

        folder = own.data.resolve().parent
        assert folder.parent == memory.SHARED

        services.down()

        assert not folder.exists()
        assert not own.data.is_symlink()

    def test_moves_when_it_is_told_to(
        self, own: home.Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        services.ensure()
        folder = own.data.resolve().parent
        monkeypatch.setenv(memory.VARIABLE, memory.OFF)
        services.down()

        assert services.ensure().postgres.admin.run("SELECT 1") == [(1,)]
        assert not own.data.is_symlink()
        assert not folder.exists()
        assert own.data.is_dir()
