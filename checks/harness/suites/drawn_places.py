"""Where drawn files stand in a learner's tree, and how one of tests/ imports another."""

import ast
from collections.abc import Iterator

from checks.harness.app.learner_tree import Tree
from checks.harness.suites.drawn_faults import FaultDraw
from checks.harness.suites.mypy_settings import has_explicit_bases, settings_texts
from checks.harness.suites.planted_files import app_folders

HOOK_FILES = (".pre-commit-config.yaml", ".githooks/pre-commit")
TESTS = "tests/**/*.py"


def watched_folder(tree: Tree, draw: FaultDraw) -> str:
    """A folder of app/; one that the settings of mypy or a hook name, if they name one.

    A setting that holds for one folder is seen in that folder alone.
    """
    texts = settings_texts(tree) + [tree.text(file) for file in HOOK_FILES if tree.exists(file)]
    text = "\n".join(texts).replace("\\", "").replace(".", "/")
    folders = app_folders(tree) or ["app"]
    named = [folder for folder in folders if "/" in folder and folder in text]
    return draw.rng.choice(named or folders)


def import_name(tree: Tree, path: str) -> str:
    """`tests.x` for `tests/x.py`, or `x` where the tests of this tree import one another so."""
    dotted = path.removesuffix(".py").replace("/", ".")
    if path.startswith("tests/") and not _tests_are_a_package(tree):
        return dotted.removeprefix("tests.")
    return dotted


def _tests_are_a_package(tree: Tree) -> bool:
    files = tree.python(TESTS)
    names = {name for _, module in files for name in _imported(module)}
    if any(name.partition(".")[0] in ("tests", "") for name in names):
        return True
    if names & {path.rpartition("/")[2].removesuffix(".py") for path, _ in files}:
        return False
    return tree.exists("tests/__init__.py") or has_explicit_bases(tree)


def _imported(module: ast.Module) -> Iterator[str]:
    """The names of the modules that are imported; "" for a relative import."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "" if node.level else str(node.module)
