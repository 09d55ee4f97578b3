"""The comments of a learner's tree that turn rules of ruff or mypy off: `noqa`, `type: ignore`."""

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from checks.harness.app.learner_tree import Tree
from checks.harness.app.parsing import parse

COMMENT = re.compile(
    r"#\s*(noqa|type:\s*ignore|ruff:\s*noqa|flake8:\s*noqa|(?:ruff:\s*)?isort:\s*(?:off|skip_file)"
    r"|mypy:(?=.*\b(?:ignore|disable|allow|no[-_](?!implicit)|follow|false))"
    r"|fmt:\s*(?:off|skip))(.*)",
    re.IGNORECASE,
)
FORMAT_ON = re.compile(r"#\s*fmt:\s*on\b", re.IGNORECASE)
ONE_LINE = "[fmt]"
RULE = re.compile(r":\s*[A-Z]+[0-9]+|\[[a-z]")
GLOBS = ("app/**/*.py", "tests/**/*.py")


@dataclass(frozen=True)
class Suppression:
    """One comment. `scope` follows the words: `: F401`, `[arg-type]`, or "" for every rule.

    It is "" for a whole file's comment too, whatever that names. `fmt: off` has no rule to name.
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
    """Every such comment of app/ and tests/, by file and line; `fmt: off` for each of its lines."""
    return [found for path in _paths(tree) for found in _of_file(path, tree.data(path))]


def _of_file(path: str, data: bytes) -> Iterator[Suppression]:
    comments = [each for each in _tokens(path, data) if each.type == tokenize.COMMENT]
    ends = [each.start[0] for each in comments if FORMAT_ON.match(each.string)]
    for token in comments:
        if match := COMMENT.match(token.string):
            first = last = token.start[0]
            if match[1].lower().endswith("off") and match[1].lower().startswith("fmt"):
                last = min((end for end in ends if end > first), default=data.count(b"\n") + 1)
            for line in range(first, max(last, first + 1)):
                yield Suppression(path, line, _scope(match))


def line_count(tree: Tree) -> int:
    """The lines of all Python of app/ and tests/, blank ones and comments included."""
    return sum(len(tree.data(path).splitlines()) for path in _paths(tree))


def _tokens(path: str, data: bytes) -> list[tokenize.TokenInfo]:
    return parse(path, "Python", data, lambda: list(tokenize.tokenize(io.BytesIO(data).readline)))


def _paths(tree: Tree) -> list[str]:
    return [path for glob in GLOBS for path, _ in tree.python(glob)]


def _scope(match: re.Match[str]) -> str:
    if match[1].lower().startswith("fmt"):
        return ONE_LINE
    return match[2] if match[1].lower().startswith(("noqa", "type")) else ""
