"""TOML tables that are read strictly, with errors that name the place and the remedy."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from checks.errors import CourseError


@dataclass(frozen=True)
class Table:
    """One TOML table and the place that its errors name."""

    data: Mapping[str, object]
    where: str

    def require(self, condition: bool, key: str, rule: str) -> None:
        """Raise CourseError unless the condition on a key is true."""
        if not condition:
            raise CourseError(f"{self.where}: `{key}` must be {rule}; mend the manifest")

    def allow_only(self, *keys: str) -> None:
        """Raise CourseError for a key that is not in `keys`."""
        for key in sorted(set(self.data) - set(keys)):
            names = ", ".join(keys)
            raise CourseError(f"{self.where}: `{key}` is unknown; the keys here are {names}")

    def get(self, key: str) -> object:
        """The value of a required key."""
        if key not in self.data:
            raise CourseError(f"{self.where}: `{key}` is missing; add it")
        return self.data[key]

    def text(self, key: str) -> str:
        """A text that is not empty."""
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
