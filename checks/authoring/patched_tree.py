"""A solution with one case of the catalogue applied: a known mistake or a valid alternative."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checks.results.catalogue import Case, apply

LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*_cache", "*.db")


@contextmanager
def patched(solution: Path, case: Case) -> Iterator[Path]:
    """A copy of the solution with one case applied."""
    with tempfile.TemporaryDirectory(prefix="eventure-case-") as scratch:
        tree = Path(scratch) / "tree"
        shutil.copytree(solution, tree, ignore=LEFT_OUT)
        apply(case, tree)
        yield tree
