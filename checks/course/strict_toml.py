"""TOML tables that are read strictly, with errors that say where and what to mend."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from checks.errors import CourseError


@dataclass(frozen=True)
class Table:
    """One TOML table and the words that say where it stands."""

    data: Mapping[str, object]
    where: str

    def need(self, holds: bool, key: str, rule: str) -> None:
        """Raise CourseError unless the rule about a key holds."""
        if not holds:
            raise CourseError(f"{self.where}: `{key}` must be {rule}; mend the manifest")

    def only(self, *known: str) -> None:
        """Raise CourseError for a key that is not known here."""
        for key in sorted(set(self.data) - set(known)):
            keys = ", ".join(known)
            raise CourseError(f"{self.where}: `{key}` is unknown; the keys here are {keys}")

    def get(self, key: str) -> object:
        """A key that must be there."""
        if key not in self.data:
            raise CourseError(f"{self.where}: `{key}` is missing; add it")
        return self.data[key]

    def text(self, key: str) -> str:
        """A text that says something."""
        value = self.get(key)
        if isinstance(value, str) and value.strip():
            return value
        raise CourseError(f"{self.where}: `{key}` must be a text that is not empty")

    def number(self, key: str) -> int:
        """A whole number above 0."""
        value = self.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        raise CourseError(f"{self.where}: `{key}` must be a whole number above 0")

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts, none of them empty; the key may be absent if there is a default."""
        value = self.get(key) if default is None else self.data.get(key, list(default))
        if isinstance(value, list) and all(isinstance(each, str) and each for each in value):
            return tuple(value)
        raise CourseError(f"{self.where}: `{key}` must be a list of texts")

    def table(self, key: str) -> "Table":
        """A table in this one."""
        value = self.get(key)
        if isinstance(value, dict):
            return Table(value, f"{self.where}, `{key}`")
        raise CourseError(f"{self.where}: `{key}` must be a table")


def read_table(path: Path, name: str) -> Table:
    """The whole file; `name` is what errors call it. Raises CourseError if it is unreadable."""
    try:
        return Table(tomllib.loads(path.read_text(encoding="utf-8")), name)
    except OSError as error:
        raise CourseError(f"{name} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{name} is not valid TOML: {error}") from error
