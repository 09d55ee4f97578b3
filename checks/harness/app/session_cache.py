"""What is made once for all tests of a session: it is dear to make, or has to be the same."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import TypeVar, cast

T = TypeVar("T")


class SessionCache:
    """Things by their keys; each is entered when it is first asked for, and left by `close`."""

    def __init__(self) -> None:
        self._made: dict[object, object] = {}
        self._stack = ExitStack()

    def __call__(self, key: object, make: Callable[[], AbstractContextManager[T]]) -> T:
        """What `make` gave for this key."""
        if key not in self._made:
            self._made[key] = self._stack.enter_context(make())
        return cast("T", self._made[key])

    def close(self) -> None:
        """Leave them all, the newest first."""
        self._stack.close()
