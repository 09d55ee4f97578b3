"""A cache for mypy in the sandbox: shared by all submissions, and made by none of them."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from checks.harness.app.environment import AppEnvironment
from checks.harness.app.scratch_copy import CONTAINED_CACHE
from checks.harness.suites import contained_mypy_cache
from checks.harness.suites.suite_runner import SuiteRunner
from checks.sandbox import bubblewrap
from checks.services.home import Home
from checks.tests.support.small_day import day

__all__ = ["day"]  # a fixture
CONTAINED = bubblewrap.probe().kind != "none"
pytestmark = pytest.mark.skipif(not CONTAINED, reason="no sandbox here")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the caches in a home that has none; mypy reads no library but Python's."""
    monkeypatch.setattr(contained_mypy_cache, "LIBRARIES", "")
    home = Home(tmp_path / "home")
    home.root.mkdir()
    monkeypatch.setattr(contained_mypy_cache, "open_home", lambda: home)
    return home.root / contained_mypy_cache.FOLDER


@pytest.fixture
def submission(day: Path, tmp_path: Path) -> Path:
    """The reference with a module more, a cache of its own and settings."""
    folder = tmp_path / "submission"
    shutil.copytree(day, folder)
    (folder / "app" / "submitted_module.py").write_text("ANSWER: str = 42\n")
    (folder / CONTAINED_CACHE).mkdir()
    (folder / CONTAINED_CACHE / "planted").touch()
    (folder / "mypy.ini").write_text("[mypy]\nfiles = app\n")
    return folder


@pytest.fixture
def suite_runner(day: Path, submission: Path) -> Iterator[SuiteRunner]:
    environment = AppEnvironment(submission, contained=True)
    reference = AppEnvironment(day, contained=True)
    runner = SuiteRunner(environment, reference)
    yield runner
    runner.close()
    environment.close()
    reference.close()


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_cache_knows_the_reference_and_nothing_of_the_submission(
    kept: Path, suite_runner: SuiteRunner
) -> None:
    copy = suite_runner.copy(mypy=True)

    (cache,) = map(contents, kept.iterdir())
    known = b"".join(cache.values())
    assert b"app/rule" in known
    assert b"submitted_module" not in known
    assert "planted" not in cache
    assert contents(copy.folder / CONTAINED_CACHE) == cache


def test_what_mypy_learns_of_a_submission_stays_in_its_copy(
    kept: Path, suite_runner: SuiteRunner
) -> None:
    first = suite_runner.copy(mypy=True)
    before = contents(kept)

    result = first.run("mypy")
    second = suite_runner.copy(mypy=True)

    assert "submitted_module.py:1: error" in result.stdout
    assert contents(kept) == before
    assert b"submitted_module" not in b"".join(contents(second.folder / CONTAINED_CACHE).values())


@pytest.mark.usefixtures("kept")
def test_it_is_made_once_for_the_same_settings(
    suite_runner: SuiteRunner, submission: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = Mock(wraps=contained_mypy_cache._made_by_mypy)
    monkeypatch.setattr(contained_mypy_cache, "_made_by_mypy", make)

    suite_runner.copy(mypy=True)
    suite_runner.copy(mypy=True)
    (submission / "mypy.ini").write_text("[mypy]\nfiles = app\nstrict = true\n")
    suite_runner.copy(mypy=True)

    assert make.call_count == 2


def test_a_cache_with_a_file_for_each_module_is_not_kept(
    kept: Path, suite_runner: SuiteRunner, submission: Path
) -> None:
    (submission / "mypy.ini").write_text("[mypy]\nfiles = app\nsqlite_cache = false\n")

    copy = suite_runner.copy(mypy=True)

    assert contents(kept) == {}
    assert "submitted_module.py:1: error" in copy.run("mypy").stdout
