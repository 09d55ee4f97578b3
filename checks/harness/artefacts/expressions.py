"""The expressions of a workflow, `${{ matrix.python }}` and `${{ env.NAME }}`, filled in."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

Values = Mapping[str, list[Any]]
EXPRESSION = re.compile(r"\$\{\{\s*((?:matrix|env)\.[\w-]+)\s*\}\}")
MAX_ROWS = 256


def fill(value: object, values: Values) -> list[object]:
    """The value for each row of the matrix; an expression alone keeps the type of its value.

    An expression that is not known stays as it is written.
    """
    if not isinstance(value, str):
        return [value]
    if alone := EXPRESSION.fullmatch(value.strip()):
        return values.get(alone[1]) or [value]
    names = sorted({name for name in EXPRESSION.findall(value) if values.get(name)})
    rows = islice(product(*(values[name] for name in names)), MAX_ROWS)
    return [_replaced(value, dict(zip(names, row, strict=True))) for row in rows]


def mapping(value: object) -> Mapping[str, Any]:
    """The mapping; an empty one for an expression in its place, whose values nobody knows here."""
    return value if isinstance(value, dict) else {}


def inserted(value: object, values: Values) -> list[object]:
    """The values of the expressions in a text, as YAML reads them."""
    return [each for name in EXPRESSION.findall(str(value)) for each in values.get(name) or []]


def values_of(definition: Mapping[str, Any], env: Mapping[str, Any]) -> Values:
    """What the job's expressions stand for: the variables, and each row of its matrix."""
    values: dict[str, list[Any]] = {f"env.{name}": [value] for name, value in env.items()}
    for name, value in _cells(mapping(definition.get("strategy")).get("matrix")):
        values.setdefault(f"matrix.{name}", []).append(value)
    return values


def _cells(matrix: object) -> Iterator[tuple[str, Any]]:
    if not isinstance(matrix, dict):  # an expression: fromJSON(…)
        return
    for name, column in matrix.items():
        if name == "include" and isinstance(column, list):
            yield from (cell for row in column if isinstance(row, dict) for cell in row.items())
        elif name != "exclude" and isinstance(column, list):
            yield from ((name, value) for value in column)


def _replaced(text: str, row: Mapping[str, Any]) -> str:
    return EXPRESSION.sub(lambda found: str(row.get(found[1], found[0])), text)
