"""The lines of a pydantic ValidationError in a log: each field, and below it what is wrong."""

import re
from collections.abc import Sequence

FIRST_LINE = re.compile(r"\S*ValidationError: (?P<count>\d+) validation errors? for ")
DETAIL = re.compile(r"\s+\[type=.*$")


def length_of_details(lines: Sequence[str], first: int) -> int:
    """How many lines below `lines[first]` belong to its ValidationError; 0 if it is none.

    A field stands at the beginning of its line, and what is said of it is indented.
    """
    match = FIRST_LINE.match(lines[first].lstrip(" |"))
    fields_left = int(match["count"]) if match else 0
    end = first + 1
    while match and end < len(lines):
        if not lines[end].startswith("  "):
            if not fields_left or not _is_indented(lines, end + 1):
                break
            fields_left -= 1
        end += 1
    return end - first - 1


def first_detail(lines: Sequence[str], first: int) -> str:
    """`secret_key: Field required` of the ValidationError at `lines[first]`; empty if it has none.

    The value that was given is left out: it may be a secret. An error of the whole model, which a
    validator of it raises, names no field.
    """
    details = lines[first + 1 : first + 1 + length_of_details(lines, first)]
    of_a_field = bool(details) and not details[0].startswith("  ")
    said = [DETAIL.sub("", line).strip() for line in details[: 2 if of_a_field else 1]]
    return ": ".join(said)


def _is_indented(lines: Sequence[str], number: int) -> bool:
    return number < len(lines) and lines[number].startswith("  ")
