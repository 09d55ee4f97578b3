"""The packages that a learner's app imports, as far as its text tells."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from checks.harness.app.learner_tree import SIZE_LIMIT
from checks.harness.app.resource_limits import DEPTH_LIMIT
from checks.zygote.python_program import LIBRARIES

IMPORT = re.compile(rb"^[ \t\f]*(?:from|import)[ \t\f]+([A-Za-z_]\w*)", re.MULTILINE)
FOLDERS = ("app", "migrations")


def imported_packages(tree: Path) -> list[str]:
    """The names in LIBRARIES that a module of the app or a migration imports.

    Modules are read, never executed. No link is followed.
    """
    names = {name.decode() for text in _modules(tree) for name in IMPORT.findall(text)}
    return [name for name in LIBRARIES if name in names]


def _modules(tree: Path) -> Iterator[bytes]:
    for top in FOLDERS:
        for folder, folders, names in os.walk(tree / top):
            path = Path(folder)
            if len(path.relative_to(tree).parts) >= DEPTH_LIMIT:
                folders.clear()
            for file in (path / name for name in names if name.endswith(".py")):
                if file.is_file() and not file.is_symlink() and file.stat().st_size <= SIZE_LIMIT:
                    yield file.read_bytes()
