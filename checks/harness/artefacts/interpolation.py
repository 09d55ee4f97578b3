"""Variable interpolation of a Compose file, `${NAME:?message}` and the like, as Compose does it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VARIABLE = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<plain>[A-Za-z_]\w*)"
    r"|\{(?P<name>[A-Za-z_]\w*)(?:(?P<operator>:?[-?+])(?P<word>[^}]*))?\})"
)


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

    def substitute(self, value: Any) -> Any:
        """The value with its variables replaced, however deep they stand; keys stay."""
        if isinstance(value, dict):
            return {key: self.substitute(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.substitute(each) for each in value]
        return VARIABLE.sub(self._replacement, value) if isinstance(value, str) else value

    def _replacement(self, match: re.Match[str]) -> str:
        if match["escaped"]:
            return "$"
        name = match["plain"] or match["name"]
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
