"""The comments of a learner's tree that turn rules of ruff or mypy off: `noqa`, `type: ignore`."""

import io
import re
import tokenize
from dataclasses import dataclass

from checks.harness.app.learner_tree import Tree
from checks.harness.app.parsing import parse

COMMENT = re.compile(
    r"#\s*(noqa|type:\s*ignore|ruff:\s*noqa|flake8:\s*noqa|mypy:\s*ignore[-_]errors)(.*)",
    re.IGNORECASE,
)
RULE = re.compile(r":\s*[A-Z]+[0-9]+|\[[a-z]")
GLOBS = ("app/**/*.py", "tests/**/*.py")


@dataclass(frozen=True)
class Suppression:
    """One comment. `scope` follows the words: `: F401`, `[arg-type]`, or "" for every rule.

    It is "" for a whole file's comment too, whatever that names.
    """

    path: str
    line: int
    scope: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"

    @property
    def names_a_rule(self) -> bool:
        return RULE.match(self.scope) is not None


def suppressions(tree: Tree) -> list[Suppression]:
    """Every such comment of app/ and tests/, by file and line."""
    return [
        Suppression(path, token.start[0], _scope(match))
        for path in _paths(tree)
        for token in _tokens(path, tree.data(path))
        if token.type == tokenize.COMMENT and (match := COMMENT.match(token.string))
    ]


def line_count(tree: Tree) -> int:
    """The lines of all Python of app/ and tests/, blank ones and comments included."""
    return sum(len(tree.data(path).splitlines()) for path in _paths(tree))


def _tokens(path: str, data: bytes) -> list[tokenize.TokenInfo]:
    return parse(path, "Python", data, lambda: list(tokenize.tokenize(io.BytesIO(data).readline)))


def _paths(tree: Tree) -> list[str]:
    return [path for glob in GLOBS for path, _ in tree.python(glob)]


def _scope(match: re.Match[str]) -> str:
    return match[2] if match[1].lower().startswith(("noqa", "type")) else ""
