"""Changes of SQL that stands in a Python string."""

import re
from collections.abc import Iterator

from checks.mutation.mutant import Edit

_STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|ALTER|CREATE|DROP|WITH|LOCK|SET)\s")
CHANGES = (
    (r"\bAND\b", "OR"),
    (r"\bOR\b", "AND"),
    (r"\bNOT ", ""),
    (r"\bDISTINCT ", ""),
    (r"\bUNIQUE ", ""),
    (r"\bCONCURRENTLY ", ""),
    (r" DESC\b", ""),
    (r"\bIF (NOT )?EXISTS ", ""),
    (r" FOR UPDATE\b", ""),
    (r" CASCADE\b", ""),
    (r"(?<![<>!:])=(?!=)", "<>"),
    (r"<=", "<"),
    (r"<(?![=>])", "<="),
    (r">=", ">"),
    (r"(?<![<-])>(?!=)", ">="),
)
_NUMBER = re.compile(r"(?<![\w.%$:])\d+(?![\w.])")


def is_sql(value: str) -> bool:
    """Whether a string is a statement: its keyword is in capitals, as everywhere in this course."""
    return bool(_STATEMENT.match(value))


def sql_edits(text: str, start: int, end: int) -> Iterator[Edit]:
    """The changes of the string that stands at `text[start:end]`."""
    literal = text[start:end]
    for pattern, replacement in CHANGES:
        for found in re.finditer(pattern, literal):
            yield Edit(start + found.start(), start + found.end(), replacement, "SQL")
    for found in _NUMBER.finditer(literal):
        other = str(int(found[0]) + 1)
        yield Edit(start + found.start(), start + found.end(), other, "SQL")
