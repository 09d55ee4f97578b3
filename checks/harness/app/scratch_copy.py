"""A throw-away writable copy of a learner's tree, on the learner's side of the border."""

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from psycopg import sql

from checks.files import remove_tree
from checks.harness.app.border import Border, Finished
from checks.harness.app.environment import AppEnvironment
from checks.harness.app.mypy_cache import mypy_cache
from checks.harness.app.resource_limits import DEPTH
from checks.services import Database as Made
from checks.services.admin import Session

BACKEND = ("app", "migrations", "alembic.ini")
"""What the reference puts in the place of the learner's."""
# The exercises would run themselves; the rest is what tools and people leave behind.
LEFT_OUT = shutil.ignore_patterns(
    *("__pycache__", ".*_cache", "*.db", ".git", ".venv", ".env", ".coverage", "htmlcov")
)
EXERCISES = ("exercises", "day.toml")
NOBODY = 65534
GIT = {
    **{f"GIT_{who}_NAME": "A Learner" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "learner@example.com" for who in ("AUTHOR", "COMMITTER")},
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}
WRITE = (
    "import pathlib, sys; p = pathlib.Path(sys.argv[1]);"
    " p.parent.mkdir(parents=True, exist_ok=True); p.write_text(sys.stdin.read())"
)


def fill(target: Path, tree: Path, backend: Path, without: Sequence[str]) -> None:
    """Write the copy: the tree with the backend of `backend`. Links are not followed."""
    target.mkdir(parents=True)
    for path in sorted(tree.iterdir()):
        source = backend / path.name if path.name in BACKEND else path
        if path.name in (*EXERCISES, *without) or LEFT_OUT("", [path.name]):
            continue
        if source.is_dir() and not source.is_symlink():
            shutil.copytree(source, target / path.name, ignore=_ignored)
        elif source.is_file() and not source.is_symlink():
            shutil.copyfile(source, target / path.name)
    for name in without:
        shutil.rmtree(target / name, ignore_errors=True)
        with contextlib.suppress(OSError):
            (target / name).unlink()


def _ignored(folder: str, names: list[str]) -> set[str]:
    links = {name for name in names if Path(folder, name).is_symlink()}
    return links | set(LEFT_OUT(folder, names))


def _files_below(top: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(top):
        if len(Path(folder).parts) - len(top.parts) >= DEPTH:
            folders.clear()
        yield from (Path(folder, name) for name in names)


class ScratchCopy:
    """One copy, at `tree`, with a database of its own: migrated, without a row."""

    def __init__(self, folder: Path, environment: AppEnvironment, schema: AppEnvironment) -> None:
        """`schema` is the stage whose migrations made the database."""
        self.folder = folder
        self.tree = folder / "tree"
        self.used = False
        self._environment = environment
        self._schema = schema
        self._made: Made | None = None

    def write(self, path: str, text: str) -> None:
        """Put a file into the copy, in place of one that may be there."""
        if self.used:  # a link may lie in wait there by now: the learner's side writes itself
            done = self.run("python", "-c", WRITE, path, stdin=text)
            assert done.returncode == 0, f"{path} can be written: {done.stderr[-200:]}"
            return
        file = self.tree / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        """A file of the copy as it is now; "" when there is none."""
        return self.run("cat", path).stdout

    def files(self) -> frozenset[str]:
        """The names of all files in the copy, but for what Python and pytest keep of a run.

        Folders that a learner's code has dug deeper than anybody looks are not entered.
        """
        return frozenset(
            path.relative_to(self.tree).as_posix()
            for path in _files_below(self.tree)
            if not any(part == "__pycache__" or part.endswith("_cache") for part in path.parts)
        )

    def run(
        self,
        *argv: str,
        env: Mapping[str, str] | None = None,
        stdin: str | None = None,
        timeout: float = 120,
    ) -> Finished:
        """Run a command in the copy: ruff, mypy, git, pre-commit, python. Raises AppHangs."""
        border = self.border(self.folder)
        self.used = True
        words = border.python(*argv[1:]) if argv[0] == "python" else list(argv)
        if border.contained:  # /submission is read-only; this is the same folder, writable
            here = border.inside("tree")
            words = ["/usr/bin/env", "-C", here, f"PWD={here}", *words]
        kept = {} if border.contained else mypy_cache(self.tree)
        return border.run(words, {**GIT, **kept, **(env or {})}, stdin, timeout)

    def border(self, scratch: Path) -> Border:
        """The border around the copy; `scratch` is its folder or the one above.

        The learner's side may write to all of the folder, and to no other copy's. It cannot put
        another folder or a link in the tree's place: that is mounted by itself.
        """
        self._hand_over()
        around = self._environment.border(self.made)
        return replace(around, tree=self.tree, scratch=scratch, writable=self.writable(scratch))

    def writable(self, scratch: Path) -> tuple[str, ...]:
        """What the learner's side may write to, as names below `scratch`."""
        return tuple(str(path.relative_to(scratch)) for path in (self.folder, self.tree))

    @property
    def environment(self) -> dict[str, str]:
        """The settings that everything in the copy is given."""
        self._hand_over()
        return self._environment.settings(self.made)

    @property
    def made(self) -> Made:
        """The copy's database. Its role may make further ones, which go with it."""
        if self._made is None:
            self._made = self._schema.fresh()
            if self._made.role.startswith("eventure_"):
                self._admin.run(f"ALTER ROLE {self._made.role} CREATEDB")
        return self._made

    def close(self) -> None:
        """Drop the databases and delete the folder; safe to call twice."""
        if self._made is not None:
            self._drop_further(self._made)
            self._environment.services.postgres.drop_database(self._made)
            self._made = None
        remove_tree(self.folder)

    def _drop_further(self, made: Made) -> None:
        if not made.role.startswith("eventure_"):
            return  # a login that is not ours owns other things, too
        query = "SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = %(role)s"
        for (name,) in self._admin.run(query, {"role": made.role}):
            if name != made.name:
                quoted = sql.Identifier(name).as_string()
                self._admin.run(f"ALTER DATABASE {quoted} IS_TEMPLATE false")
                self._admin.run(f"DROP DATABASE {quoted} WITH (FORCE)")

    @property
    def _admin(self) -> Session:
        return self._environment.services.postgres.admin

    def _hand_over(self) -> None:
        """The contained process is another user, when we are root: let it own its copy."""
        if self.used or not self._environment.contained or os.geteuid() != 0:
            return
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
