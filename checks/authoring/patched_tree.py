"""A solution with one case of the catalogue applied: a known mistake or a valid alternative."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checks.results.catalogue import Case, apply
from checks.services.temporary_folders import temporary_folder

LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*_cache", "*.db")


@contextmanager
def patched(solution: Path, case: Case) -> Iterator[Path]:
    """A copy of the solution with one case applied."""
    with temporary_folder("case") as scratch:
        tree = scratch / "tree"
        shutil.copytree(solution, tree, ignore=LEFT_OUT)
        apply(case, tree)
        yield tree
