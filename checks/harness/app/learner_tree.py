"""The learner's files as tests see them: bytes, text and parsed Python."""

import ast
import posixpath
from pathlib import Path
from typing import Any

from checks.harness.app.parsing import parse, parse_python, parse_toml

SIZE_LIMIT = 1 << 20


class Tree:
    """The learner's files, read and parsed on the trusted side, never executed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def data(self, path: str) -> bytes:
        """A file's bytes. Fails the test when it is missing, too large or in another folder."""
        file = self.root / path
        assert not _leads_out(path), f"{path} is in the folder of the day"
        assert file.is_file(), f"{path} exists"
        assert file.stat().st_size <= SIZE_LIMIT, f"{path} is smaller than 1 MiB"
        return file.read_bytes()

    def text(self, path: str) -> str:
        """A file's text without a byte order mark. Fails the test when it is not UTF-8."""
        data = self.data(path)
        return parse(path, "UTF-8", data, lambda: data.decode("utf-8-sig"))

    def exists(self, path: str) -> bool:
        """Whether there is such a file or folder; what is not below the tree is not asked for."""
        return not _leads_out(path) and (self.root / path).exists()

    def python(self, glob: str = "app/**/*.py") -> list[tuple[str, ast.Module]]:
        """Every Python file of the glob as (path, module), by path; a syntax error fails."""
        names = sorted(p.relative_to(self.root).as_posix() for p in self.root.glob(glob))
        return [(name, parse_python(name, self.data(name))) for name in names]

    def toml(self, path: str) -> dict[str, Any]:
        """A TOML file's document. Fails the test when it is none."""
        return parse_toml(path, self.data(path))


def _leads_out(path: str) -> bool:
    """Whether a path that a learner's file may have named is not below the tree."""
    return posixpath.normpath(path).split("/")[0] in ("", "..")
