"""Reads the files of a learner's tree as those of a repository in which a workflow runs."""

import posixpath
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from checks.harness.app.learner_tree import SIZE_LIMIT, Tree
from checks.harness.app.scratch_copy import EXERCISE_PATHS
from checks.harness.artefacts.repository_files import TOOLS, RepositoryFiles
from checks.harness.artefacts.yaml_schema import parse_yaml

# What lies in a work tree and in no commit, and what is the workbook's.
LEFT_OUT = frozenset({".venv", "venv", ".git", "node_modules", *EXERCISE_PATHS})
PROSE = (".md", ".rst", ".txt")
ACTION_FILES = ("action.yml", "action.yaml")
WORKFLOWS = ".github/"
SETS_PROGRAMS = re.compile(
    rb"^\s*(export\s+)?"
    rb"(PATH|PYTHONPATH|PYTHONHOME|PYTHONUSERBASE|LD_PRELOAD|LD_AUDIT|BASH_\w+|SHELLOPTS|BASHOPTS)"
    rb"(=|<<)",
    re.MULTILINE,
)


def read_repository(tree: Tree) -> RepositoryFiles:
    """The files that a commit of the tree may hold; links and files above 1 MiB are not read."""
    data = dict(_files(tree))
    return RepositoryFiles(
        names=frozenset(data),
        actions=dict(_actions(data)),
        scripts=_scripts(tree) & TOOLS,
        setters=frozenset(name for name, text in data.items() if SETS_PROGRAMS.search(text)),
        path_writers=frozenset(
            name
            for name, text in data.items()
            if b"GITHUB_PATH" in text
            and not name.startswith(WORKFLOWS)
            and not name.endswith(PROSE)
        ),
    )


def _files(tree: Tree) -> Iterator[tuple[str, bytes]]:
    for file in sorted(tree.root.rglob("*")):
        name = file.relative_to(tree.root).as_posix()
        if name.split("/")[0] in LEFT_OUT or "__pycache__" in name or not file.is_file():
            continue
        readable = not file.is_symlink() and file.stat().st_size <= SIZE_LIMIT
        yield name, tree.data(name) if readable else b""


def _actions(data: dict[str, bytes]) -> Iterator[tuple[str, Any]]:
    for name, text in data.items():
        if posixpath.basename(name) in ACTION_FILES:
            with suppress(AssertionError):  # one that cannot be read is one that is not known
                yield posixpath.dirname(name), parse_yaml(name, text)


def _scripts(tree: Tree) -> frozenset[str]:
    """The commands that the tree's own package installs (PyPA, "pyproject.toml", scripts)."""
    if not tree.exists("pyproject.toml"):
        return frozenset()
    document = tree.toml("pyproject.toml")
    poetry = _table(_table(document.get("tool")).get("poetry"))
    project = _table(document.get("project"))
    tables = (project.get("scripts"), project.get("gui-scripts"), poetry.get("scripts"))
    return frozenset(name for table in tables for name in _table(table))


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
