"""The files of a learner's repository that a tool's name may lead to instead of the tool.

A shell takes the first program on `PATH`, Python the first module on `sys.path`, which begins with
the working directory for `python -m` (docs.python.org, "Command line and environment") and goes on
with `PYTHONPATH`.
"""

import posixpath
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

TOOLS = frozenset(
    {
        *("ruff", "mypy", "pytest", "py.test", "alembic", "pre-commit", "pip-audit", "docker"),
        *("python", "python3", "pip", "pip3", "uv", "uvx", "pipx", "poetry", "coverage"),
        *("bash", "sh", "dash", "zsh", "ksh", "env", "sudo", "nice"),
    }
)
MODULES = frozenset(
    {
        *("ruff", "mypy", "pytest", "_pytest", "alembic", "pre_commit", "pip_audit", "pluggy"),
        *("coverage", "pytest_cov", "sitecustomize", "usercustomize"),
    }
)
PACKAGE_FILES = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})
BIN = frozenset({"bin", "sbin", ".bin", "Scripts"})
# What stands for the repository's own folder, and what for a folder outside of it.
ROOT = re.compile(
    r"(\$\{?(PWD|GITHUB_WORKSPACE)\}?|\$\(pwd\)|`pwd`|\$\{\{\s*github\.workspace\s*\}\}|\.)(/|$)"
)
PATH_ITSELF = re.compile(r"\$\{?PATH\b[^}:]*\}?|\$\{\{\s*env\.PATH\s*\}\}")


@dataclass(frozen=True)
class RepositoryFiles:
    """The paths of a repository's files, from its root.

    `actions` are the definitions of its own actions, by folder. `scripts` are the commands that
    its own package installs. `setters` are the files that assign a variable which decides what a
    name stands for, and `path_writers` those that name GITHUB_PATH.
    """

    names: frozenset[str] = frozenset()
    actions: Mapping[str, Any] = field(default_factory=dict, hash=False)
    scripts: frozenset[str] = frozenset()
    setters: frozenset[str] = frozenset()
    path_writers: frozenset[str] = frozenset()

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file, and the root as `""`."""
        return frozenset(
            "/".join(parts[:depth])
            for parts in (name.split("/") for name in self.names)
            for depth in range(len(parts))
        )

    @cached_property
    def has_package(self) -> bool:
        """Whether it holds a further package, which may install commands of any name."""
        return any(
            name.endswith((".whl", ".tar.gz"))
            or ("/" in name and posixpath.basename(name) in PACKAGE_FILES)
            for name in self.names
        )

    @cached_property
    def has_program(self) -> bool:
        """Whether a file is called as one of the tools is."""
        return any(posixpath.basename(name) in TOOLS for name in self.names)

    def path_leads_elsewhere(self, value: str) -> bool:
        """Whether a value of PATH may find another program than the one that is installed."""
        own = PATH_ITSELF.search(value)
        before = value[: own.start()] if own else ""
        return own is None or any(
            self.folder_may_hold_programs(each) for each in before.split(":") if each
        )

    def folder_may_hold_programs(self, folder: str) -> bool:
        """Whether the folder, put on PATH, may hold a program that is called as a tool is.

        A `bin` of an environment holds what was installed there; any other folder has to be one of
        the repository, whose files are known.
        """
        path = relative_path(folder)
        is_known = posixpath.basename(path) in BIN or path in self.folders - {""}
        return self.has_program or not is_known

    def shadows_modules(self, folders: Iterable[str]) -> bool:
        """Whether Python may find a module of the repository in the place of a tool's.

        Of a folder whose place is not known every file of the repository may be meant.
        """
        return any(self._shadows(relative_path(folder)) for folder in folders)

    def _shadows(self, folder: str) -> bool:
        if "$" in folder or folder[:1] in ("/", "~"):
            return any(_module(name) in MODULES for path in self.names for name in _ends(path))
        start = f"{folder}/" if folder else ""
        return any(
            _module(name.removeprefix(start)) in MODULES | sys.stdlib_module_names
            for name in self.names
            if name.startswith(start)
        )


NO_FILES = RepositoryFiles()


def _module(path: str) -> str:
    """The top-level module that a file is in a folder of `sys.path`; "" for none."""
    name = path.removesuffix("/__init__.py").removesuffix(".py")
    return name if path.endswith(".py") and "/" not in name else ""


def _ends(path: str) -> list[str]:
    """The file as it is seen from each folder above it."""
    parts = path.split("/")
    return ["/".join(parts[start:]) for start in range(len(parts))]


def relative_path(folder: str) -> str:
    """The path below the repository's root, `""` for the root."""
    text = folder.strip().strip("\"'")
    start = ROOT.match(text)
    path = posixpath.normpath(text[start.end() if start else 0 :] or ".")
    return "" if path == "." else path
