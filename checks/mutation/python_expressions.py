"""Changes of Python expressions: comparisons, conditions, arguments, constants, method calls."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from checks.mutation.mutant import Edit
from checks.mutation.python_source import Positioned, PythonSource
from checks.mutation.sql_strings import is_sql, sql_edits

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
        yield from _collections(source, node)
    elif isinstance(node, ast.Constant | ast.JoinedStr):
        yield from _constants(source, node)
    elif isinstance(node, ast.Call):
        yield from _arguments(source, node)
        yield from _method_call(source, node)
    elif isinstance(node, ast.Await):
        yield _replaced(source, node, source.segment(node.value), "await dropped")
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
            yield _replaced(source, node, f"({source.segment(operand)})", "not dropped")


def _collections(
    source: PythonSource, node: ast.List | ast.Set | ast.Tuple | ast.Dict
) -> Iterator[Edit]:
    if isinstance(node, ast.Dict):
        yield from _pairs(source, node)
    else:
        yield from _elements(source, node.elts, "," if isinstance(node, ast.Tuple) else "")


def _replaced(source: PythonSource, node: Positioned, text: str, operator: str) -> Edit:
    return Edit(*source.span(node), text, operator)


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
    yield _replaced(source, node, f"({f' {other} '.join(operands)})", "boolean operator")
    for index in range(len(operands)):
        rest = f" {word} ".join(operands[:index] + operands[index + 1 :])
        yield _replaced(source, node, f"({rest})", "operand dropped")


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
        yield _replaced(source, test, value, "condition forced")
    negated_elsewhere = isinstance(test, ast.UnaryOp) or (
        isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], NEGATIONS)
    )
    if not negated_elsewhere:
        yield _replaced(source, test, f"not ({source.segment(test)})", "condition negated")


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


def _constants(source: PythonSource, node: ast.Constant | ast.JoinedStr) -> Iterator[Edit]:
    value = node.value if isinstance(node, ast.Constant) else "an f-string"
    for other in _others(value):
        yield _replaced(source, node, other, "constant")
    if isinstance(value, str) and is_sql(value):
        yield from sql_edits(source.text, *source.span(node))


def _others(value: object) -> tuple[str, ...]:
    """Other values of the type, as they are written."""
    match value:
        case bool(switch):
            return (str(not switch),)
        case int(number) | float(number):
            return (repr(number + 1), repr(number - 1))
        case str(text) if text:
            return ('""',)
        case bytes(data) if data:
            return ('b""',)
    return ()


def _elements(source: PythonSource, elements: Sequence[ast.expr], last: str = "") -> Iterator[Edit]:
    """One element less; `last` keeps a tuple a tuple when its second element goes."""
    if any(not isinstance(getattr(e, "ctx", ast.Load()), ast.Load) for e in elements):
        return
    for index in range(len(elements)):
        keeps_one = index == 1 and len(elements) == len("ab")
        replacement = last if keeps_one else ""
        yield Edit(*source.without_item(elements, index), replacement, "element dropped")


def _pairs(source: PythonSource, node: ast.Dict) -> Iterator[Edit]:
    """A pair stands from its key, or from the `**` before its value, to its value's end."""
    starts = [source.span(k or v)[0] for k, v in zip(node.keys, node.values, strict=True)]
    ends = [source.span(value)[1] for value in node.values]
    for index, key in enumerate(node.keys):
        if key is None:
            continue
        if index + 1 < len(starts) and node.keys[index + 1] is not None:
            yield Edit(starts[index], starts[index + 1], "", "element dropped")
        elif index:
            yield Edit(ends[index - 1], ends[index], "", "element dropped")
