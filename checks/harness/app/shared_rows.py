"""Rows that several tests read: made for the first test, and kept until the tables are emptied.

A test that only reads spends most of its time on making rows. Tests with the same mark share them:
`@pytest.mark.rows("listing")` means that those with the same value of the parameter `listing`
follow one another on the same rows.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import pytest

T = TypeVar("T")
Key = tuple[object, ...]


class SharedRows:
    """The values made since the tables were emptied; `key` names the tests that share them."""

    def __init__(self) -> None:
        self.key: Key | None = None
        self._values: dict[str, object] = {}

    def get_or_create(self, name: str, create: Callable[[], T]) -> T:
        """The value of this name; `create` gives it to the first test that asks."""
        if name not in self._values:
            self._values[name] = create()
        return cast("T", self._values[name])


def shared_rows_key(item: pytest.Item) -> Key | None:
    """The key of the tests that share this test's rows; None when it shares with none."""
    mark = item.get_closest_marker("rows")
    if mark is None:
        return None
    callspec = getattr(item, "callspec", None)
    values = callspec.params if callspec else {}
    return (item.path, *((name, values.get(name)) for name in mark.args))
