"""checks/tests mirrors the rooms both ways: a folder for each, and in it what tests that room."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from checks.tests.support.repository import ROOT
from checks.tests.support.workbook import write

PACKAGE = ROOT / "checks"
BESIDE_ROOMS = {"tests", "catalogue", "__pycache__"}
WITHOUT_A_ROOM = {"support", "support/hostile", "repository"}
COMMAND, RUN = "checks.tests.support.command_line", "checks.runner.run"
ASKED_FROM_OUTSIDE = {
    "cli": {COMMAND, "checks.tests.support.serve_process"},
    "harness/app": {RUN},
    "harness/fixtures": {RUN},
    "harness/external_server": {"checks.tests.support.external_server"},
    "harness/probes": {"checks.harness.app.commands"},
    "grade": {"checks.tests.grade.cohorts.checks"},
    "watch": {"pty"},
}
"""Rooms that a test may ask without an import: what it uses instead to start a process of them."""


def rooms(package: Path) -> Iterator[str]:
    """Each folder with code, and the folders in the harness."""
    folders = [*package.iterdir(), *(package / "harness").glob("*")]
    for folder in sorted(folder for folder in folders if folder.is_dir()):
        name = folder.relative_to(package).as_posix()
        ignored = folder.name.startswith(".") or folder.name in BESIDE_ROOMS
        if not ignored and name != "harness":
            yield name


def rooms_without_tests(package: Path) -> list[str]:
    return [name for name in rooms(package) if not any((package / "tests" / name).glob("test_*"))]


def folders_without_a_room(package: Path) -> list[str]:
    files = sorted((package / "tests").rglob("*.py"))
    folders = dict.fromkeys(file.parent.relative_to(package / "tests").as_posix() for file in files)
    return [
        name for name in folders if not (package / name).is_dir() and name not in WITHOUT_A_ROOM
    ]


def strangers(package: Path) -> Iterator[str]:
    """Each test file that uses nothing of its room, itself or by what it imports of the tests."""
    for path in sorted((package / "tests").rglob("test_*.py")):
        room = path.parent.relative_to(package / "tests").as_posix()
        if room not in {*WITHOUT_A_ROOM, "."}:
            name = f"checks.{room.replace('/', '.')}"
            used = _used(path)
            own = any(f"{module}.".startswith(f"{name}.") for module in used)
            if not own and not used & ASKED_FROM_OUTSIDE.get(room, set()):
                yield path.relative_to(package / "tests").as_posix()


@cache
def _used(path: Path) -> frozenset[str]:
    """The modules that a file imports, and those that its helpers import."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                modules |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(module), names=names):
                modules |= {module, *(f"{module}.{alias.name}" for alias in names)}
    helpers = [name for name in modules if name.startswith("checks.tests.")]
    files = [ROOT.joinpath(*name.split(".")).with_suffix(".py") for name in helpers]
    return frozenset(modules).union(*(_used(file) for file in files if file.is_file()))


def test_every_room_has_tests_and_every_folder_of_tests_a_room() -> None:
    assert rooms_without_tests(PACKAGE) == []
    assert folders_without_a_room(PACKAGE) == []


def test_every_file_tests_the_room_that_it_stands_for() -> None:
    assert list(strangers(PACKAGE)) == []


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """Two rooms and one in the harness; one of them is tested."""
    code = ("course/regions.py", "export/html.py", "harness/app/api.py")
    tests = {
        "tests/course/test_regions.py": "from checks.course import regions\n",
        "tests/course/test_journal.py": "from checks.grade.journal import Journal\n",
        "tests/attic/test_x.py": "",
        "tests/harness/app/test_api.py": "from checks.harness.app.api import Api\n",
    }
    write(tmp_path, {**dict.fromkeys(code, ""), **tests})
    return tmp_path


def test_a_room_without_tests_a_folder_without_a_room_and_a_stranger_are_found(
    planted: Path,
) -> None:
    assert rooms_without_tests(planted) == ["export"]
    assert folders_without_a_room(planted) == ["attic"]
    assert list(strangers(planted)) == ["attic/test_x.py", "course/test_journal.py"]
