"""`${NAME:?message}` in a Compose file, filled in as Compose does it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VARIABLE = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<plain>[A-Za-z_]\w*)"
    r"|\{(?P<name>[A-Za-z_]\w*)(?:(?P<how>:?[-?+])(?P<word>[^}]*))?\})"
)


@dataclass
class Filling:
    """Values for a file's variables. After `fill`, `missing` holds what Compose would refuse."""

    given: Mapping[str, str]
    missing: set[str] = field(default_factory=set)
    """Asked for with `?` and not given: nothing starts without these."""
    named: set[str] = field(default_factory=set)
    """Every variable that the file names."""

    def fill(self, value: Any) -> Any:
        """The value with its variables replaced, however deep they stand; keys stay."""
        if isinstance(value, dict):
            return {key: self.fill(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.fill(each) for each in value]
        return VARIABLE.sub(self._one, value) if isinstance(value, str) else value

    def _one(self, found: re.Match[str]) -> str:
        if found["escaped"]:
            return "$"
        name, how, word = found["plain"] or found["name"], found["how"] or "", found["word"] or ""
        self.named.add(name)
        value = self.given.get(name)
        there = value is not None and (value != "" or not how.startswith(":"))
        if how.endswith("+"):
            return word if there else ""
        if how.endswith("?") and not there:
            self.missing.add(name)
        return (value or "") if there else word if how.endswith("-") else ""
