"""Changes of Python expressions: comparisons, conditions, arguments, method calls."""

import ast
import re
from collections.abc import Iterator, Mapping

from checks.mutation.mutant import Edit
from checks.mutation.python_literals import collection_edits, constant_edits
from checks.mutation.python_source import PythonSource, replaced

COMPARISONS: Mapping[type[ast.cmpop], tuple[str, str]] = {
    ast.Eq: (r"==", "!="),
    ast.NotEq: (r"!=", "=="),
    ast.Lt: (r"<", "<="),
    ast.LtE: (r"<=", "<"),
    ast.Gt: (r">", ">="),
    ast.GtE: (r">=", ">"),
    ast.Is: (r"\bis\b", "is not"),
    ast.IsNot: (r"\bis\s+not\b", "is"),
    ast.In: (r"\bin\b", "not in"),
    ast.NotIn: (r"\bnot\s+in\b", "in"),
}
NEGATIONS = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
"""Comparisons whose change is their negation already."""
ARITHMETIC: Mapping[type[ast.operator], tuple[str, str]] = {
    ast.Add: (r"\+", "-"),
    ast.Sub: (r"-", "+"),
    ast.Mult: (r"\*", "/"),
    ast.Div: (r"/", "*"),
    ast.FloorDiv: (r"//", "*"),
    ast.Mod: (r"%", "*"),
}
WITH_OPTIONAL_ARGUMENTS = frozenset(
    {"where", "filter", "and_", "or_", "order_by", "options", "values", "returning", "group_by"}
)
"""Calls that mean something else with one positional argument less."""
REFINING_METHODS = frozenset(
    {
        *("strip", "rstrip", "lstrip", "lower", "upper", "casefold", "unique"),
        *("where", "filter", "order_by", "offset", "limit", "distinct", "with_for_update"),
        *("options", "returning", "execution_options", "group_by", "having"),
    }
)
"""Methods whose result may be mistaken for what they are called on."""


def expression_edits(source: PythonSource, node: ast.AST) -> Iterator[Edit]:
    """Every change of one node, by its kind."""
    if isinstance(node, ast.Compare | ast.BoolOp | ast.BinOp | ast.UnaryOp):
        yield from _operators(source, node)
    elif isinstance(node, ast.List | ast.Set | ast.Tuple | ast.Dict):
        yield from collection_edits(source, node)
    elif isinstance(node, ast.Constant | ast.JoinedStr):
        yield from constant_edits(source, node)
    elif isinstance(node, ast.Call):
        yield from _arguments(source, node)
        yield from _method_call(source, node)
    elif isinstance(node, ast.Await):
        yield replaced(source, node, source.segment(node.value), "await dropped")
    yield from _conditions(source, node)


def _operators(
    source: PythonSource, node: ast.Compare | ast.BoolOp | ast.BinOp | ast.UnaryOp
) -> Iterator[Edit]:
    match node:
        case ast.Compare():
            yield from _comparison(source, node)
        case ast.BoolOp():
            yield from _boolean_operator(source, node)
        case ast.BinOp():
            yield from _between(source, node.left, node.right, ARITHMETIC.get(type(node.op)))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield replaced(source, node, f"({source.segment(operand)})", "not dropped")


def _between(
    source: PythonSource,
    left: ast.expr,
    right: ast.expr,
    change: tuple[str, str] | None,
    operator: str = "arithmetic",
) -> Iterator[Edit]:
    """The operator that stands between two operands, replaced."""
    start, end = source.span(left)[1], source.span(right)[0]
    found = re.search(change[0], source.text[start:end]) if change else None
    if change and found:
        yield Edit(start + found.start(), start + found.end(), change[1], operator)


def _comparison(source: PythonSource, node: ast.Compare) -> Iterator[Edit]:
    operands = [node.left, *node.comparators]
    for op, left, right in zip(node.ops, operands, node.comparators, strict=False):
        yield from _between(source, left, right, COMPARISONS.get(type(op)), "comparison")


def _boolean_operator(source: PythonSource, node: ast.BoolOp) -> Iterator[Edit]:
    operands = [f"({source.segment(value)})" for value in node.values]
    word, other = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    yield replaced(source, node, f"({f' {other} '.join(operands)})", "boolean operator")
    for index in range(len(operands)):
        rest = f" {word} ".join(operands[:index] + operands[index + 1 :])
        yield replaced(source, node, f"({rest})", "operand dropped")


def _conditions(source: PythonSource, node: ast.AST) -> Iterator[Edit]:
    """A condition that always holds, never holds, or holds when it did not.

    A loop that never ends would only be killed by its timeout, so a `while` is not forced to run.
    """
    match node:
        case ast.If(test=test) | ast.IfExp(test=test):
            yield from _forced(source, test, "True", "False")
        case ast.While(test=test):
            yield from _forced(source, test, "False")
        case ast.comprehension(ifs=tests):
            for test in tests:
                yield from _forced(source, test, "True")


def _forced(source: PythonSource, test: ast.expr, *values: str) -> Iterator[Edit]:
    for value in values:
        yield replaced(source, test, value, "condition forced")
    negated_elsewhere = isinstance(test, ast.UnaryOp) or (
        isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], NEGATIONS)
    )
    if not negated_elsewhere:
        yield replaced(source, test, f"not ({source.segment(test)})", "condition negated")


def _arguments(source: PythonSource, node: ast.Call) -> Iterator[Edit]:
    """A keyword argument less; a positional one only where the call means something without it."""
    items: list[ast.expr | ast.keyword] = sorted(
        [*node.args, *node.keywords], key=lambda item: (item.lineno, item.col_offset)
    )
    for index, item in enumerate(items):
        if isinstance(item, ast.keyword):
            yield Edit(*source.without_item(items, index), "", "keyword argument dropped")
        elif _name(node.func) in WITH_OPTIONAL_ARGUMENTS and len(items) > 1:
            yield Edit(*source.without_item(items, index), "", "argument dropped")


def _method_call(source: PythonSource, node: ast.Call) -> Iterator[Edit]:
    """`.where(…)` of a chain, `.strip()` of a text: what it is called on stays."""
    if not isinstance(node.func, ast.Attribute):
        return
    inner = node.func.value
    if isinstance(inner, ast.Call) or node.func.attr in REFINING_METHODS:
        end = source.span(inner)[1]
        parentheses = re.match(r"(\s*\))*", source.text[end:])
        end += parentheses.end() if parentheses else 0
        yield Edit(end, source.span(node)[1], "", "method call dropped")


def _name(function: ast.expr) -> str:
    return str(getattr(function, "attr", getattr(function, "id", "")))
