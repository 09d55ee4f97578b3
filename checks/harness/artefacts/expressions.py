"""The expressions of a workflow, `${{ matrix.python }}` and `${{ env.NAME }}`, filled in."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from checks.harness.artefacts.workflow_matrix import matrix_rows

Row = Mapping[str, Any]
"""What the expressions stand for in one row of the matrix, such as `matrix.python`."""
Values = Sequence[Row]
EXPRESSION = re.compile(r"\$\{\{\s*((?:matrix|env)\.[\w-]+)\s*\}\}")


def fill(value: object, values: Values) -> list[object]:
    """The value for each row of the matrix; an expression alone keeps the type of its value.

    An expression that is not known stays as it is written.
    """
    if not isinstance(value, str):
        return [value]
    if alone := EXPRESSION.fullmatch(value.strip()):
        return _different([row[alone[1]] for row in values if alone[1] in row]) or [value]
    return _different([_replaced(value, row) for row in values]) or [value]


def mapping(value: object) -> Mapping[str, Any]:
    """The mapping; an empty one for an expression in its place, whose values nobody knows here."""
    return value if isinstance(value, dict) else {}


def inserted(value: object, values: Values) -> list[object]:
    """The values of the expressions in a text, as YAML reads them."""
    names = EXPRESSION.findall(str(value))
    return [each for name in names for each in _different([r[name] for r in values if name in r])]


def values_of(definition: Mapping[str, Any], env: Mapping[str, Any]) -> Values:
    """What the job's expressions stand for: the variables, and each row of its matrix."""
    own = {f"env.{name}": value for name, value in env.items()}
    rows = matrix_rows(mapping(definition.get("strategy")).get("matrix"))
    return [own | {f"matrix.{name}": value for name, value in row.items()} for row in rows]


def _different(values: list[Any]) -> list[Any]:
    """Each value once, in order; 3.1 and "3.1" are two, and so are two lists."""
    keys = ((type(v), v) if isinstance(v, (str, int, float)) else id(v) for v in values)
    return list(dict(zip(keys, values, strict=True)).values())


def _replaced(text: str, row: Row) -> str:
    return EXPRESSION.sub(lambda found: str(row.get(found[1], found[0])), text)
