"""The rooms of the checker: one direction of imports, a docstring each, no file too long."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from checks.tests.support.repository import ROOT

PACKAGE = ROOT / "checks"
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
MAX_LINES = 300
MAX_FILES_AT_THE_TOP = 5
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "catalogue" not in path.parts)
EXERCISES = sorted(ROOT.glob("solutions/*/exercises/*.py"))


def lint_imports(root: Path) -> "subprocess.CompletedProcess[str]":
    """Check the contracts of the `pyproject.toml` in a folder, on the `checks` beside it."""
    command = [str(LINT_IMPORTS), "--config", "pyproject.toml", "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def plant(root: Path, file: str, line: str) -> None:
    """Add a line of code to a file of the copy."""
    path = root / file
    path.write_text(f"{path.read_text()}\n{line}\n")


def rooms_below() -> Iterator[tuple[str, list[str]]]:
    """Each folder that a contract places, and the rooms of the layer below its own."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for contract in settings["tool"]["importlinter"]["contracts"][:2]:
        prefix = contract["containers"][0].removeprefix("checks").removeprefix(".")
        layers = [
            [f"{prefix}.{name}".removeprefix(".") for name in layer.split(" | ")]
            for layer in contract["layers"]
        ]
        for layer, below in pairwise(layers):
            yield from ((room, below) for room in layer if folder_of(room).is_dir())


def folder_of(room: str) -> Path:
    return PACKAGE.joinpath(*room.split("."))


def docstring(room: str) -> str:
    """The docstring of a room, as one line."""
    tree = ast.parse((folder_of(room) / "__init__.py").read_text())
    return " ".join((ast.get_docstring(tree) or "").split())


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with the package and its contracts."""
    left_out = shutil.ignore_patterns("__pycache__", "catalogue")
    shutil.copytree(PACKAGE, tmp_path / "checks", ignore=left_out)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


class TestContracts:
    def test_the_package_keeps_them(self) -> None:
        done = lint_imports(ROOT)

        assert done.returncode == 0, done.stdout
        assert "A room imports only from the rooms below it KEPT" in done.stdout

    @pytest.mark.parametrize(
        ("file", "line", "broken", "importer", "imported"),
        [
            (
                "checks/course/regions.py",
                "from checks.cli import main",
                "A room imports only from the rooms below it",
                "checks.course.regions",
                "checks.cli.main",
            ),
            (
                "checks/harness/errors.py",
                "def late():\n    from checks.harness import plugin",
                "Inside the harness too",
                "checks.harness.errors",
                "checks.harness.plugin",
            ),
            (
                "checks/tests/course/test_course.py",
                "from checks.tests.cli import test_next",
                "What tests share is in their support",
                "checks.tests.course.test_course",
                "checks.tests.cli.test_next",
            ),
        ],
        ids=["rooms", "harness", "tests"],
    )
    def test_a_planted_upward_import_breaks_one(
        self, copy: Path, file: str, line: str, broken: str, importer: str, imported: str
    ) -> None:
        plant(copy, file, line)

        done = lint_imports(copy)

        assert done.returncode == 1
        assert f"{broken} BROKEN" in done.stdout
        assert f"{importer} -> {imported}" in done.stdout

    def test_a_planted_circle_breaks_one(self, copy: Path) -> None:
        plant(copy, "checks/course/manifest.py", "import checks.course.course")

        done = lint_imports(copy)

        assert done.returncode == 1
        assert "No circle between files BROKEN" in done.stdout

    def test_a_new_room_has_to_be_put_in_its_place(self, copy: Path) -> None:
        (copy / "checks/attic").mkdir()
        (copy / "checks/attic/__init__.py").write_text('"""What nobody has placed."""\n')

        done = lint_imports(copy)

        assert done.returncode == 1
        assert "attic" in done.stdout


class TestRooms:
    def test_each_says_what_lives_there(self) -> None:
        rooms = {path.parent for path in SOURCES}

        silent = [
            name_of(room)
            for room in sorted(rooms)
            if not (room / "__init__.py").is_file()
            or not ast.get_docstring(ast.parse((room / "__init__.py").read_text()))
        ]
        assert silent == []

    @pytest.mark.parametrize(("room", "below"), list(rooms_below()))
    def test_each_says_what_it_may_import_as_the_contract_does(
        self, room: str, below: list[str]
    ) -> None:
        sentences = re.findall(r"May import (.+) and the rooms below\.", docstring(room))

        assert sentences == [", ".join(f"`{name}`" for name in below)]

    def test_few_files_stand_in_none(self) -> None:
        files = [path.name for path in PACKAGE.iterdir() if path.is_file()]

        assert len(files) <= MAX_FILES_AT_THE_TOP, files


def test_no_file_is_longer_than_fits_in_the_head() -> None:
    lengths = {name_of(path): path.read_bytes().count(b"\n") for path in SOURCES + EXERCISES}

    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}
