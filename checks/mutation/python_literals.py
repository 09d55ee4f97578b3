"""Changes of what is written in Python as a value: constants, and the elements of collections."""

import ast
from collections.abc import Iterator, Sequence

from checks.mutation.mutant import Edit
from checks.mutation.python_source import PythonSource, replaced
from checks.mutation.sql_strings import is_sql, sql_edits


def collection_edits(
    source: PythonSource, node: ast.List | ast.Set | ast.Tuple | ast.Dict
) -> Iterator[Edit]:
    """One element, or one pair, less."""
    if isinstance(node, ast.Dict):
        yield from _pairs(source, node)
    else:
        yield from _elements(source, node.elts, "," if isinstance(node, ast.Tuple) else "")


def constant_edits(source: PythonSource, node: ast.Constant | ast.JoinedStr) -> Iterator[Edit]:
    """Another value of the same type; a text that is SQL is changed inside, too."""
    value = node.value if isinstance(node, ast.Constant) else "an f-string"
    for other in _others(value):
        yield replaced(source, node, other, "constant")
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
