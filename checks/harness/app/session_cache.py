"""Values made once for all tests of a session: slow to make, or shared by several tests."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import TypeVar, cast

T = TypeVar("T")


class SessionCache:
    """Context managers by key: each is entered at its first use, and exited by `close`."""

    def __init__(self) -> None:
        self._values: dict[object, object] = {}
        self._stack = ExitStack()

    def __call__(self, key: object, make: Callable[[], AbstractContextManager[T]]) -> T:
        """The value of this key; `make` gives it at the first use."""
        if key not in self._values:
            self._values[key] = self._stack.enter_context(make())
        return cast("T", self._values[key])

    def close(self) -> None:
        """Exit all of them, the newest first."""
        self._stack.close()
