"""Each temporary folder has an owner, so that a sweep finds those of killed processes."""

import ast

import pytest

from checks.tests.support.repository import ROOT

MAKERS = {"mkdtemp", "TemporaryDirectory", "mkstemp", "tmp_path", "tmp_path_factory"}
"""pytest's folder for these belongs to the first user who needs it: another one cannot use it."""
IN_A_FOLDER_OF_THEIR_OWN = {"checks/files.py", "checks/workspace/snapshot_store.py"}
"""Staging folders beside the files that replace others: the rename needs one file system."""
SOURCES = [
    path
    for path in sorted([*(ROOT / "checks").rglob("*.py"), *ROOT.glob("solutions/*/exercises/*.py")])
    if not path.is_relative_to(ROOT / "checks" / "tests")
]


def makers(source: str) -> list[str]:
    """The uses of tempfile's functions that leave a name behind when the process is killed."""
    nodes = list(ast.walk(ast.parse(source)))
    names = [node.attr for node in nodes if isinstance(node, ast.Attribute)]
    imports = [each for node in nodes if isinstance(node, ast.ImportFrom) for each in node.names]
    fixtures = [node.arg for node in nodes if isinstance(node, ast.arg)]
    return sorted(MAKERS.intersection([*names, *fixtures, *(each.name for each in imports)]))


def test_no_other_module_makes_temporary_folders() -> None:
    found = {
        path.relative_to(ROOT).as_posix() for path in SOURCES if makers(path.read_text("utf-8"))
    }

    assert found == IN_A_FOLDER_OF_THEIR_OWN, "use checks.services.temporary_folders"


@pytest.mark.parametrize(
    "source",
    [
        "import tempfile\ntempfile.mkdtemp()",
        "from tempfile import TemporaryDirectory as folder",
        "def fixture(tmp_path): ...",
    ],
)
def test_it_finds_what_it_looks_for(source: str) -> None:
    assert len(makers(source)) == 1
