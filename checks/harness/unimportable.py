"""A process without some packages. A probe takes this file's text: `getsource(unimportable)`.

It runs on the learner's side of the border, and needs nothing but Python.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder


class Missing(MetaPathFinder):
    """Finds none of the packages, before anybody else looks for them."""

    def __init__(self, packages: Sequence[str]) -> None:
        self.packages = packages

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Raises ImportError for a package that is to be missing, and for what is in it."""
        if self.has(name):
            raise ImportError(f"without an app, {name} is not to be had")

    def has(self, name: str) -> bool:
        return any(name == each or name.startswith(f"{each}.") for each in self.packages)


def unimportable(packages: Sequence[str]) -> None:
    """From here on nobody can import them, even if somebody has already."""
    missing = Missing(packages)
    for name in filter(missing.has, list(sys.modules)):
        del sys.modules[name]
    sys.meta_path.insert(0, missing)
