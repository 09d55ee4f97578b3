"""The learner's files as tests see them: text and parsed Python."""

import ast
from pathlib import Path

SIZE_LIMIT = 1 << 20


class Tree:
    """The learner's files, read and parsed on the trusted side, never executed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def text(self, path: str) -> str:
        """A file's text. Fails the test when the file is missing or not UTF-8."""
        file = self.root / path
        assert file.is_file(), f"{path} exists"
        assert file.stat().st_size <= SIZE_LIMIT, f"{path} is smaller than 1 MiB"
        return file.read_text(encoding="utf-8")

    def exists(self, path: str) -> bool:
        return (self.root / path).exists()

    def python(self, glob: str = "app/**/*.py") -> list[tuple[str, ast.Module]]:
        """Every Python file of the glob as (path, module), by path; a syntax error fails."""
        return [
            (name, _parse(name, self.text(name)))
            for name in sorted(p.relative_to(self.root).as_posix() for p in self.root.glob(glob))
        ]


def _parse(name: str, text: str) -> ast.Module:
    try:
        return ast.parse(text, name)
    except SyntaxError as error:
        raise AssertionError(f"{name}:{error.lineno} is Python ({error.msg})") from None
