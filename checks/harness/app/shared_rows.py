"""Rows that several tests read: made for the first of them, and there until the tables are emptied.

Most of a test that only reads is making what it reads. Tests with the same mark share it:
`@pytest.mark.rows("listing")` means that those with the same value of the parameter `listing`
follow one another on the same rows.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import pytest

T = TypeVar("T")
Key = tuple[object, ...]


class Rows:
    """What was made since the tables were emptied, and for whom."""

    def __init__(self) -> None:
        self.key: Key | None = None
        self._made: dict[str, object] = {}

    def shared(self, name: str, make: Callable[[], T]) -> T:
        """What `make` gave under this name when the first test asked."""
        if name not in self._made:
            self._made[name] = make()
        return cast("T", self._made[name])


def key_of(item: pytest.Item) -> Key | None:
    """What the rows of a test are known by; None when they are its own."""
    mark = item.get_closest_marker("rows")
    if mark is None:
        return None
    given = getattr(item, "callspec", None)
    values = given.params if given else {}
    return (item.path, *((name, values.get(name)) for name in mark.args))
