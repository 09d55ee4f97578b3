"""Whether a statement hands the rows of a table to the app: read from the text of the statement.

A statement may count or add up rows; then it selects no column of theirs, but for the columns of
its own GROUP BY.
"""

import re

PARENTHESES = re.compile(r"\([^()]*\)")
QUOTED = re.compile(r"'(?:[^']|'')*'")
FROM = re.compile(r"\bFROM\b", re.IGNORECASE)
GROUP_BY = re.compile(r"\bGROUP\s+BY\b", re.IGNORECASE)
AGGREGATE = re.compile(r"\b(?:count|sum)\s*\(", re.IGNORECASE)


def loaded_columns(statement: str, tables: tuple[str, ...]) -> list[str]:
    """The columns of these tables in the outermost SELECT list, as `table.column`, sorted.

    `*` stands for all columns. Empty for a statement that groups at its outermost level.
    """
    selected, rest = _parted(_without_parentheses(statement))
    if GROUP_BY.search(rest):
        return []
    names = {table: table for table in tables} | _aliases(rest, tables)
    columns = re.findall(r"\b(\w+)\.(\w+|\*)", selected)
    found = {f"{names[name]}.{column}" for name, column in columns if name in names}
    return sorted(found)


def tables_read_uncounted(statement: str, tables: tuple[str, ...]) -> list[str]:
    """Which of the tables a statement names that has neither count() nor sum(), sorted."""
    if AGGREGATE.search(statement):
        return []
    return sorted(table for table in tables if re.search(rf"\b{table}\b", statement))


def _without_parentheses(statement: str) -> str:
    text, before = QUOTED.sub("''", statement), ""
    while text != before:
        before, text = text, PARENTHESES.sub(" ", text)
    return text


def _parted(outer: str) -> tuple[str, str]:
    """The SELECT list, and what stands behind FROM."""
    found = FROM.search(outer)
    return (outer[: found.start()], outer[found.end() :]) if found else (outer, "")


def _aliases(rest: str, tables: tuple[str, ...]) -> dict[str, str]:
    found = re.findall(rf"\b({'|'.join(tables)})(?:\s+AS)?\s+(\w+)", rest, re.IGNORECASE)
    return {alias: table for table, alias in found}
