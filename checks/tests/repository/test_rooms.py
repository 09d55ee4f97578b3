"""The rooms of the checker: one direction of imports, a docstring each, no file too long."""

import ast
import shutil
import subprocess
import sys
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

    def test_few_files_stand_in_none(self) -> None:
        files = [path.name for path in PACKAGE.iterdir() if path.is_file()]

        assert len(files) <= MAX_FILES_AT_THE_TOP, files


def test_no_file_is_longer_than_fits_in_the_head() -> None:
    lengths = {name_of(path): path.read_bytes().count(b"\n") for path in SOURCES + EXERCISES}

    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}
