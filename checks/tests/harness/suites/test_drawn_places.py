"""A drawn file stands where a setting may not hold, and is imported as its neighbours are."""

import random
from pathlib import Path

import pytest

from checks.harness.app.learner_tree import Tree
from checks.harness.suites.drawn_faults import FaultDraw
from checks.harness.suites.drawn_places import import_name, watched_folder

OVERRIDE = '[[tool.mypy.overrides]]\nmodule = ["app.crud.*"]\ndisallow_untyped_defs = false\n'
BASES = "[tool.mypy]\nexplicit_package_bases = true\n"


def tree_of(folder: Path, files: dict[str, str]) -> Tree:
    names = ("app/main.py", "app/api/a.py", "app/crud/c.py", "app/db/d.py", "tests/test_a.py")
    for name, text in {**dict.fromkeys(names, ""), **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return Tree(folder)


def folders(tree: Tree) -> set[str]:
    draws = (FaultDraw(random.Random(str(seed))) for seed in range(30))  # noqa: S311 - the same
    return {watched_folder(tree, draw) for draw in draws}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", OVERRIDE),
        ("mypy.ini", "[mypy-app.crud.*]\ndisallow_untyped_defs = False\n"),
        (".pre-commit-config.yaml", "exclude: ^app/crud/\n"),
    ],
)
def test_the_folder_is_one_that_a_setting_names(tmp_path: Path, path: str, text: str) -> None:
    assert folders(tree_of(tmp_path, {path: text})) == {"app/crud"}


def test_without_such_a_setting_it_is_any_folder(tmp_path: Path) -> None:
    assert folders(tree_of(tmp_path, {})) == {"app", "app/api", "app/crud", "app/db"}


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"tests/test_b.py": "from tests.helpers import x\n"}, "tests.ledger"),
        ({"tests/test_b.py": "from .helpers import x\n"}, "tests.ledger"),
        ({"tests/test_b.py": "import test_a\n", "pyproject.toml": BASES}, "ledger"),
        ({"pyproject.toml": BASES}, "tests.ledger"),
        ({"tests/__init__.py": ""}, "tests.ledger"),
        ({}, "ledger"),
    ],
)
def test_a_module_of_tests_has_the_name_that_mypy_gives_it(
    tmp_path: Path, files: dict[str, str], name: str
) -> None:
    assert import_name(tree_of(tmp_path, files), "tests/ledger.py") == name
    assert import_name(tree_of(tmp_path, files), "app/api/ledger.py") == "app.api.ledger"
