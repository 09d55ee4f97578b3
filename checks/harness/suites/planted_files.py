"""Files with a fault, planted in a copy of a learner's tree for ruff and mypy to find.

Paths are the copy's: `app/api/planted.py`.
"""

import json
from collections.abc import Collection, Iterable

from checks.harness.app.border import CommandResult
from checks.harness.app.learner_tree import Tree
from checks.harness.app.scratch_copy import ScratchCopy

DOCSTRING = '"""Planted by the checker."""\n\n'


def app_folders(tree: Tree) -> list[str]:
    """Every folder of app/ that holds Python, sorted."""
    return sorted({path.rpartition("/")[0] for path, _ in tree.python()})


def plant(copy: ScratchCopy, folders: Iterable[str], text: str, stem: str = "planted") -> list[str]:
    """Write a further file with this text into each folder; the files' paths."""
    paths = [f"{folder}/{'test_' if folder == 'tests' else ''}{stem}.py" for folder in folders]
    for path in paths:
        copy.write(path, DOCSTRING + text)
    return paths


def ruff_matches(result: CommandResult, rules: Collection[str]) -> set[str]:
    """The files in which `ruff check --output-format json` finds one of the rules broken."""
    return {
        entry["filename"].rpartition("/tree/")[2]
        for entry in json.loads(result.stdout or "[]")
        if entry["code"] in rules
    }


def missed_files(paths: Iterable[str], matches: Collection[str]) -> str:
    """The first three of the paths without a match, for a message; `none` if each has one."""
    return ", ".join([path for path in paths if path not in matches][:3]) or "none"


def first_lines(result: CommandResult) -> str:
    """What a command has printed, in one line of 300 characters at most."""
    lines = [line for line in (result.stdout + result.stderr).splitlines() if line.strip()]
    return " / ".join(lines[:3])[:300]
