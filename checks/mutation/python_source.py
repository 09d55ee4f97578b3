"""A Python file as text and as a tree: which characters a node stands on."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Protocol

from checks.mutation.mutant import Edit


class Positioned(Protocol):
    """A node with a position in its file."""

    lineno: int
    col_offset: int
    end_lineno: int | None
    end_col_offset: int | None


class PythonSource:
    """The text, its tree, and the spans of its nodes. Raises SyntaxError."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self._lines = text.split("\n")
        self._starts = [0, *accumulate(len(line) + 1 for line in self._lines)]

    def offset(self, line: int, column: int) -> int:
        """The index in the text of a line, from 1, and a column in UTF-8 bytes."""
        before = self._lines[line - 1].encode()[:column]
        return self._starts[line - 1] + len(before.decode())

    def span(self, node: Positioned) -> tuple[int, int]:
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self.offset(node.lineno, node.col_offset), self.offset(end_line, end_column)

    def segment(self, node: Positioned) -> str:
        start, end = self.span(node)
        return self.text[start:end]

    def line_span(self, node: Positioned) -> tuple[int, int]:
        """All lines of a node, with the last line's end."""
        return self._starts[node.lineno - 1], self._starts[node.end_lineno or node.lineno]

    @cached_property
    def set_aside(self) -> frozenset[int]:
        """The `id` of each node that no operator changes.

        Docstrings; the inner of f-strings, whose positions Python 3.11 gets wrong; types, but for
        the calls in them, and what is imported for types alone; `__all__`.
        """
        found: set[int] = set()
        for node in ast.walk(self.tree):
            match node:
                case ast.JoinedStr():
                    found.update(id(part) for value in node.values for part in ast.walk(value))
                case ast.Expr(value=ast.Constant()):
                    found.update((id(node), id(node.value)))
                case (
                    ast.Assign(targets=[ast.Name(id="__all__")])
                    | ast.If(test=ast.Name(id="TYPE_CHECKING"))
                ):
                    found.update(map(id, ast.walk(node)))
            for annotation in _annotations(node):
                found.update(map(id, _without_calls(annotation)))
        return frozenset(found)

    def nodes(self) -> Iterator[ast.AST]:
        """Every node that may be changed."""
        return (node for node in ast.walk(self.tree) if id(node) not in self.set_aside)

    def without_item(self, items: Sequence[Positioned], index: int) -> tuple[int, int]:
        """The span of an item with the comma that separates it from its neighbour."""
        start, end = self.span(items[index])
        if index + 1 < len(items):
            return start, self.span(items[index + 1])[0]
        if index:
            return self.span(items[index - 1])[1], end
        comma = re.match(r"\s*,", self.text[end:])
        return start, end + (comma.end() if comma else 0)


def _annotations(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.arg(annotation=ast.expr() as annotation):
            yield annotation
        case ast.AnnAssign(annotation=annotation):
            yield annotation
        case ast.FunctionDef(returns=ast.expr() as annotation):
            yield annotation
        case ast.AsyncFunctionDef(returns=ast.expr() as annotation):
            yield annotation


def _without_calls(node: ast.AST) -> Iterator[ast.AST]:
    """A type's nodes; what `Query(ge=1)` says in it is a value."""
    if isinstance(node, ast.Call):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _without_calls(child)


def replaced(source: PythonSource, node: Positioned, text: str, operator: str) -> Edit:
    """The edit that puts the text in the place of the node."""
    return Edit(*source.span(node), text, operator)
