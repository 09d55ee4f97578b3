"""Folders within folders, deeper than Python's own recursion goes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checks.sandbox.tree_removal import remove_tree

DEPTH = 1200
DIG = f"""
    for _ in range({DEPTH}):
        os.mkdir('d')
        os.chdir('d')
"""
"""The same as lines of a program that stands in the topmost folder."""


@contextmanager
def shaft(folder: Path) -> Iterator[None]:
    """A shaft below a folder until the block ends: pytest could not clear it away."""
    dig(folder)
    try:
        yield
    finally:
        remove_tree(folder)


def dig(folder: Path) -> None:
    """Make folders within each other; no path is as long as they go deep."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(DEPTH):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
