"""Runs of mypy with the same settings share what they have learnt; others do not disturb them."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from checks.harness.app.mypy_cache import MAX_CACHES, RUNS_AT_ONCE, mypy_cache


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EVENTURE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def tree(folder: Path, pyproject: str) -> Path:
    folder.mkdir()
    (folder / "pyproject.toml").write_text(pyproject)
    return folder


def folder_of(folder: Path) -> str:
    """The cache of a run that is over."""
    with mypy_cache(folder) as environment:
        return environment["MYPY_CACHE_DIR"]


@pytest.mark.usefixtures("home")
def test_two_copies_with_the_same_settings_share_a_cache(tmp_path: Path) -> None:
    one = tree(tmp_path / "one", "[tool.mypy]\nstrict = true\n[tool.ruff]\nfix = true\n")
    two = tree(tmp_path / "two", "[tool.mypy]\nstrict = true\n")

    assert folder_of(one) == folder_of(two)


@pytest.mark.usefixtures("home")
def test_two_runs_at_once_do_not(tmp_path: Path) -> None:
    one = tree(tmp_path / "one", "[tool.mypy]\nstrict = true\n")
    two = tree(tmp_path / "two", "[tool.mypy]\nstrict = true\n")

    with mypy_cache(one) as first, mypy_cache(two) as second:
        assert first != second


@pytest.mark.usefixtures("home")
def test_more_runs_than_there_are_caches_have_one_for_themselves(tmp_path: Path) -> None:
    one = tree(tmp_path / "one", "[tool.mypy]\n")

    with ExitStack() as stack:
        caches = [stack.enter_context(mypy_cache(one)) for _ in range(RUNS_AT_ONCE + 2)]
        folders = {cache["MYPY_CACHE_DIR"] for cache in caches}

    assert len(folders) == RUNS_AT_ONCE + 2
    assert len([folder for folder in folders if Path(folder).exists()]) == RUNS_AT_ONCE


@pytest.mark.usefixtures("home")
def test_other_settings_have_a_cache_of_their_own(tmp_path: Path) -> None:
    strict = tree(tmp_path / "strict", "[tool.mypy]\nstrict = true\n")
    mild = tree(tmp_path / "mild", "[tool.mypy]\n")
    broken = tree(tmp_path / "broken", "[tool.mypy\n")
    by_file = tree(tmp_path / "by_file", "[tool.mypy]\nstrict = true\n")
    (by_file / "mypy.ini").write_text("[mypy]\n")

    folders = {folder_of(each) for each in (strict, mild, broken, by_file)}

    assert len(folders) == 4


def test_the_ones_that_were_used_last_are_kept(tmp_path: Path, home: Path) -> None:
    trees = [
        tree(tmp_path / str(number), f"[tool.mypy]\nnumber = {number}\n")
        for number in range(MAX_CACHES + 3)
    ]

    folders = [folder_of(each) for each in trees]

    assert len(list((home / "mypy").iterdir())) == MAX_CACHES
    assert Path(folders[-1]).is_dir()


@pytest.mark.usefixtures("home")
def test_a_new_cache_begins_as_a_copy_of_the_one_that_was_used_last(tmp_path: Path) -> None:
    strict = tree(tmp_path / "strict", "[tool.mypy]\nstrict = true\n")
    mild = tree(tmp_path / "mild", "[tool.mypy]\n")
    with mypy_cache(strict) as environment:
        Path(environment["MYPY_CACHE_DIR"], "known").write_text("what mypy has read")

    copied = Path(folder_of(mild), "known")

    assert copied.read_text() == "what mypy has read"
    copied.write_text("what it has read since")
    assert Path(folder_of(strict), "known").read_text() == "what mypy has read"
    assert copied.read_text() == "what it has read since"


@pytest.mark.usefixtures("home")
def test_a_cache_that_a_run_has_is_not_copied(tmp_path: Path) -> None:
    strict = tree(tmp_path / "strict", "[tool.mypy]\nstrict = true\n")
    mild = tree(tmp_path / "mild", "[tool.mypy]\n")

    with mypy_cache(strict) as environment:
        Path(environment["MYPY_CACHE_DIR"], "known").write_text("half of a line")
        copied = Path(folder_of(mild), "known")

    assert not copied.exists()
