"""Changes of Python statements: dropped calls, raises, assignments, decorators, return values."""

import ast
from collections.abc import Iterator

from checks.mutation.mutant import Edit
from checks.mutation.python_source import PythonSource


def statement_edits(source: PythonSource, node: ast.AST) -> Iterator[Edit]:
    """Every change of one statement, by its kind."""
    match node:
        case ast.Expr() | ast.Raise() | ast.AugAssign() | ast.Delete() | ast.Assert():
            yield Edit(*source.span(node), "pass", "statement dropped")
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield Edit(*source.span(node), "pass", "statement dropped")
        case ast.Return(value=value):
            yield from _return(source, node, value)
        case ast.ExceptHandler(body=body):
            start, end = source.span(body[0])[0], source.span(body[-1])[1]
            yield Edit(start, end, "raise", "exception handler")
        case ast.Break() | ast.Continue():
            yield Edit(*source.span(node), "pass", "statement dropped")
        case ast.ClassDef():
            yield from _decorators(source, node)
            yield from _fields(source, node)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from _decorators(source, node)


def _return(source: PythonSource, node: ast.Return, value: ast.expr | None) -> Iterator[Edit]:
    if value is None:
        yield Edit(*source.span(node), "pass", "statement dropped")
    elif not (isinstance(value, ast.Constant) and value.value is None):
        yield Edit(*source.span(value), "None", "return value")


def _decorators(
    source: PythonSource, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
) -> Iterator[Edit]:
    for decorator in node.decorator_list:
        yield Edit(*source.line_span(decorator), "", "decorator dropped")


def _fields(source: PythonSource, node: ast.ClassDef) -> Iterator[Edit]:
    """A column of a model, a field of a schema, a member of an enumeration."""
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign | ast.Assign):
            yield Edit(*source.span(statement), "pass", "field dropped")
