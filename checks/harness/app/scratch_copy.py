"""A throw-away writable copy of a learner's tree, on the learner's side of the border."""

import contextlib
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

from checks.harness.app import tmpfs
from checks.harness.app.border import Border, CommandResult
from checks.harness.app.environment import AppEnvironment
from checks.harness.app.mypy_cache import mypy_cache
from checks.harness.app.resource_limits import DEPTH_LIMIT
from checks.sandbox.learner_files import LearnerFolder
from checks.sandbox.privileges import as_root, has_root
from checks.sandbox.sandbox_uid import sandbox_uid
from checks.services import Database

BACKEND_PATHS = ("app", "migrations", "alembic.ini")
"""The paths that the reference replaces."""
# Files that tools and people leave behind.
IGNORED = shutil.ignore_patterns(
    *("__pycache__", ".*_cache", "*.db", ".git", ".venv", ".env", ".coverage", "htmlcov")
)
TREE = "tree"
CONTAINED_CACHE = ".mypy_cache"
"""Beside the tree, which may bring a cache of mypy's along."""
EXERCISE_PATHS = ("exercises", "day.toml")
GIT_VARIABLES = {
    **{f"GIT_{who}_NAME": "A Learner" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "learner@example.com" for who in ("AUTHOR", "COMMITTER")},
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}
WRITE_FILE_CODE = (
    "import pathlib, sys; p = pathlib.Path(sys.argv[1]);"
    " p.parent.mkdir(parents=True, exist_ok=True); p.write_text(sys.stdin.read())"
)


def copy_tree(target: Path, tree: Path, backend: Path, without: Sequence[str]) -> None:
    """Write the copy: the tree with the backend paths of `backend`. Links are not followed."""
    target.mkdir(parents=True)
    for path in sorted(tree.iterdir()):
        source = backend / path.name if path.name in BACKEND_PATHS else path
        if path.name in (*EXERCISE_PATHS, *without) or IGNORED("", [path.name]):
            continue
        if source.is_dir() and not source.is_symlink():
            shutil.copytree(source, target / path.name, ignore=_ignored_names)
        elif source.is_file() and not source.is_symlink():
            shutil.copy(source, target / path.name)
    for name in without:
        shutil.rmtree(target / name, ignore_errors=True)
        with contextlib.suppress(OSError):
            (target / name).unlink()


def _ignored_names(folder: str, names: list[str]) -> set[str]:
    links = {name for name in names if Path(folder, name).is_symlink()}
    return links | set(IGNORED(folder, names))


class ScratchCopy:
    """One copy, at `tree`, with a database of its own: migrated, without a row."""

    def __init__(
        self, folder: Path, environment: AppEnvironment, schema_environment: AppEnvironment
    ) -> None:
        """`schema_environment` is the one whose migrations create the copy's database."""
        self.folder = folder
        self.tree = folder / TREE
        self._files = LearnerFolder(folder)
        self.has_run = False
        self._environment = environment
        self._schema_environment = schema_environment
        self._database: Database | None = None

    def write(self, path: str, text: str) -> None:
        """Write a file of the copy, over one that may be there."""
        if self.has_run:  # its path may lead through a planted link: the learner's side writes
            result = self.run("python", "-c", WRITE_FILE_CODE, path, stdin=text)
            assert result.returncode == 0, f"{path} can be written: {result.stderr[-200:]}"
            return
        file = self.tree / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        """A file of the copy as it is now; "" when there is none."""
        return self.run("cat", path).stdout

    def files(self) -> frozenset[str]:
        """The names of all files in the copy, without the caches of Python and the tools.

        Folders deeper than DEPTH_LIMIT are not entered.
        """
        return frozenset(
            path
            for path in self._files.files(TREE, DEPTH_LIMIT)
            if not any(part == "__pycache__" or part.endswith("_cache") for part in path.split("/"))
        )

    def is_file(self, path: str) -> bool:
        """Whether the copy has this plain file now; a link is none."""
        return self._files.is_file(f"{TREE}/{path}")

    def run(
        self,
        *argv: str,
        env: Mapping[str, str] | None = None,
        stdin: str | None = None,
        timeout: float = 120,
    ) -> CommandResult:
        """Run a command in the copy: ruff, mypy, git, pre-commit, python. Raises AppHangs."""
        border = self.border(self.folder)
        self.has_run = True
        command = border.python(*argv[1:]) if argv[0] == "python" else list(argv)
        if border.contained:  # /submission is read-only; this is the same folder, writable
            folder = border.inside(TREE)
            command = ["/usr/bin/env", "-C", folder, f"PWD={folder}", *command]
        cache: AbstractContextManager[dict[str, str]] = (
            nullcontext({"MYPY_CACHE_DIR": border.inside(CONTAINED_CACHE)})
            if border.contained
            else mypy_cache(self.tree)
        )
        with cache as variables:
            return border.run(
                command, {**GIT_VARIABLES, **variables, **(env or {})}, stdin, timeout
            )

    def border(self, scratch: Path) -> Border:
        """The border around the copy; `scratch` is its folder or the one above.

        The learner's side may write to all of the folder, and to no other copy's. It cannot replace
        the tree by another folder or a link, since the tree is a mount of its own.
        """
        self._chown_to_sandbox()
        border = self._environment.border(self.database)
        writable = self.writable(scratch)
        return replace(border, tree=self.tree, scratch=scratch, writable=writable, zygote=None)

    def writable(self, scratch: Path) -> tuple[str, ...]:
        """The paths that the learner's side may write to, as names below `scratch`."""
        return tuple(str(path.relative_to(scratch)) for path in (self.folder, self.tree))

    @property
    def settings(self) -> dict[str, str]:
        """The environment variables of every process in the copy."""
        return self._environment.settings(self.database)

    @property
    def database(self) -> Database:
        """The copy's database. Its role may create others, which are dropped with it."""
        if self._database is None:
            self._database = self._schema_environment.create_database()
            if self._database.role.startswith("eventure_"):
                self._environment.services.postgres.allow_creating_databases(self._database.role)
        return self._database

    def drop_databases(self) -> None:
        """Drop the copy's database and those that its role has created.

        A later use of the copy begins with a new database.
        """
        if self._database is not None:
            self._environment.services.postgres.drop_database(self._database)
            self._database = None

    def close(self) -> None:
        """Drop the databases and delete the folder; safe to call twice."""
        self.drop_databases()
        tmpfs.remove(self.folder)

    def _chown_to_sandbox(self) -> None:
        """Under root the contained process is another user: make it the owner of its copy."""
        if self.has_run or not self._environment.contained or not has_root():
            return
        uid = sandbox_uid()
        with as_root():
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, uid, uid, follow_symlinks=False)
