"""Modules that a browser cannot have, so that the harness's own modules can be imported there.

There are no sockets and no processes in a browser, so nothing of these modules is ever called: only
their names have to be there, as classes of exceptions and as types.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from checks.site.pyodide.tab import clock

ABSENT = (
    "psycopg",
    "redis",
    "httpx2_jsfetch",
    "checks.services",
    "checks.zygote",
    "checks.harness.app.border",
    "checks.harness.app.database_client",
    "checks.harness.app.environment",
    "checks.harness.app.resource_limits",
)


class AbsentError(Exception):
    """The class that stands for each name of an absent module."""

    def __class_getitem__(cls, _: object) -> type["AbsentError"]:
        return cls


class AbsentModule(ModuleType):
    """A module in which every name is a class of its own."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        made: object = self if name == "errors" else type(name, (AbsentError,), {})
        setattr(self, name, made)
        return made


class AbsentFinder(MetaPathFinder, Loader):
    """Finds the absent modules and whatever is imported from below them."""

    def find_spec(
        self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if any(name == each or name.startswith(f"{each}.") for each in ABSENT):
            return ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


def install() -> None:
    """From now on the absent modules can be imported, and the harness's clock has no thread."""
    sys.modules.setdefault("checks.harness.app.clock", clock)
    if not any(isinstance(each, AbsentFinder) for each in sys.meta_path):
        sys.meta_path.insert(0, AbsentFinder())
