"""Variable interpolation of a Compose file, `${NAME:?message}` and the like, as Compose does it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VARIABLE = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<plain>[A-Za-z_]\w*)"
    r"|\{(?P<name>[A-Za-z_]\w*)(?:(?P<operator>:?[-?+])(?P<word>[^}]*+))?(?P<end>\}|\Z))"
)


MAX_LENGTH = 64 * 1024
"""Of an expanded value."""
MAX_TOTAL = 4 * 1024 * 1024
"""Of all expanded values of a file, for aliases repeat them."""


class TooLong(ValueError):
    """A value with its variables replaced is longer than anybody writes it."""

    def __init__(self, limit: int = MAX_LENGTH) -> None:
        super().__init__(f"with its variables replaced, it is longer than {limit // 1024} KiB")


@dataclass
class Interpolation:
    """Values for a file's variables. `substitute` collects the variables that it meets."""

    values: Mapping[str, str]
    missing: set[str] = field(default_factory=set)
    """Required with `?` and without a value: Compose starts nothing without these."""
    refuses_empty: set[str] = field(default_factory=set)
    """Required with `:?`: Compose starts nothing when these are unset or empty."""
    names: set[str] = field(default_factory=set)
    """Every variable of the file."""
    total: int = 0
    """Of the characters of all values."""

    def substitute(self, value: Any) -> Any:
        """The value with its variables replaced, however deep they stand; keys stay.

        Raises TooLong.
        """
        if isinstance(value, dict):
            return {key: self.substitute(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.substitute(each) for each in value]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, value: str) -> str:
        parts, position, length = [], 0, 0
        for match in VARIABLE.finditer(value):
            parts += [value[position : match.start()], self._replacement(match)]
            length += len(parts[-2]) + len(parts[-1])
            if length > MAX_LENGTH:
                raise TooLong
            position = match.end()
        parts.append(value[position:])
        length += len(parts[-1])
        self.total += length
        if length > MAX_LENGTH or self.total > MAX_TOTAL:
            raise TooLong(MAX_LENGTH if length > MAX_LENGTH else MAX_TOTAL)
        return "".join(parts)

    def _replacement(self, match: re.Match[str]) -> str:
        if match["escaped"]:
            return "$"
        name = match["plain"] or match["name"]
        if match["end"] == "":
            raise ValueError(f"${{{name[:40]} has no closing brace")
        operator, word = match["operator"] or "", match["word"] or ""
        self.names.add(name)
        if operator == ":?":
            self.refuses_empty.add(name)
        value = self.values.get(name)
        is_set = value is not None and (value != "" or not operator.startswith(":"))
        if operator.endswith("+"):
            return word if is_set else ""
        if operator.endswith("?") and not is_set:
            self.missing.add(name)
        return (value or "") if is_set else word if operator.endswith("-") else ""
