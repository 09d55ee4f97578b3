"""The rows of a job's matrix: the combinations of its columns, without `exclude`, with `include`.

The rules are those of docs.github.com, "Running variations of jobs in a workflow".
"""

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

MAX_ROWS = 256  # GitHub runs no more


def matrix_rows(matrix: object) -> list[dict[str, Any]]:
    """One row for a job without a matrix, and for one that is an expression: `fromJSON(…)`.

    None when `exclude` takes every row away: then GitHub runs nothing of the job.
    """
    if not isinstance(matrix, dict):
        return [{}]
    columns = {
        name: values
        for name, values in matrix.items()
        if name not in ("include", "exclude") and isinstance(values, list)
    }
    combinations = islice(product(*columns.values()), MAX_ROWS)
    original = [dict(zip(columns, values, strict=True)) for values in combinations if columns]
    excluded = list(_entries(matrix.get("exclude")))
    kept = [row for row in original if not any(_fits(each, row) for each in excluded)]
    rows = _with_included(kept, list(_entries(matrix.get("include"))))
    return rows if rows or columns else [{}]


def _with_included(
    original: list[dict[str, Any]], included: list[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The rows with what each entry adds to them; one that would change a row is its own row."""
    rows = [dict(row) for row in original]
    added = []
    for entry in included:
        fitting = [
            row
            for row, kept in zip(rows, original, strict=True)
            if all(name not in kept or _equal(kept[name], entry[name]) for name in entry)
        ]
        for row in fitting:
            row.update(entry)
        if not fitting:
            added.append(dict(entry))
    return [*rows, *added][:MAX_ROWS]


def _entries(value: object) -> Iterator[Mapping[str, Any]]:
    """The mappings of `include` or `exclude`; none for an expression in its place."""
    yield from (each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()


def _fits(entry: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether each value of the entry is the row's."""
    return all(name in row and _equal(row[name], value) for name, value in entry.items())


def _equal(one: object, other: object) -> bool:
    """Whether two cells are the same scalar. Nested lists may take too long to compare."""
    scalars = (str, int, float, type(None))
    return one is other or (
        isinstance(one, scalars) and isinstance(other, scalars) and one == other
    )
