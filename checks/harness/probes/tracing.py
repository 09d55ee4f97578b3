"""What runs inside the app while it answers. A probe takes this file's text: `getsource(tracing)`.

It runs on the learner's side of the border, and needs nothing but Python.
"""

import pydoc
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any


def stack() -> list[str]:
    """The app's functions that are running in this thread, the outermost first."""
    return stack_of(sys._getframe(1))  # noqa: SLF001 - Python has no other name for it


def stack_of(frame: FrameType | None) -> list[str]:
    """The same from this frame on."""
    names: list[str] = []
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("app."):
            names.insert(0, f"{module}.{frame.f_code.co_qualname}")
        frame = frame.f_back
    return names


def own_name(name: str) -> str | None:
    """Where the named thing is defined: app.models.Event is app.models.event.Event."""
    thing = pydoc.locate(name)
    return f"{thing.__module__}.{thing.__qualname__}" if hasattr(thing, "__qualname__") else None


class Errors:
    """Every error made from now on of the kinds that `packages` define, or of one built on them.

    A traceback has each function that an error came through, also when that has caught it, so no
    thread needs to be watched. Whoever is done with an error may drop it (Starlette does): we look
    before that. An error that was made at an import is known if this began before the import.
    """

    def __init__(self, packages: Sequence[str], inner: Sequence[str]) -> None:
        self.packages, self.inner = frozenset(packages), tuple(inner)
        self.made: list[BaseException] = []
        self.first: dict[int, str] = {}  # by the id of the error
        for kind in list(_kinds(BaseException)):
            if self._defines(kind) and not any(map(self._defines, kind.__mro__[1:])):
                self._note(kind, kind.__new__, kind.__setattr__)

    def _defines(self, kind: type) -> bool:
        return kind.__module__.split(".")[0] in self.packages

    def _note(self, kind: Any, make: Callable[..., Any], put: Callable[..., None]) -> None:
        def noted(cls: type, *args: Any, **named: Any) -> Any:
            self.made.append(make(cls, *args, **named))
            return self.made[-1]

        def looked(error: BaseException, name: str, value: object) -> None:
            if name == "__traceback__":
                self._look(error)
            put(error, name, value)

        kind.__new__, kind.__setattr__ = staticmethod(noted), looked

    def _look(self, error: BaseException) -> None:
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        ours = [f for f in frames if f.f_globals.get("__name__", "").startswith(self.inner)]
        if ours:
            said = f"{stack_of(ours[-1])[-1]} raises {type(error).__name__}"
            self.first.setdefault(id(error), said)

    def forget(self) -> None:
        """What came of them so far does not count."""
        for error in self.made:
            error.__traceback__ = None
        self.first.clear()

    def raised(self) -> list[str]:
        """`app.services.x.f raises Y`: for each error the first function of `inner` that had it."""
        for error in self.made:
            self._look(error)
        return sorted(set(self.first.values()))


def _kinds(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    for each in kind.__subclasses__():
        yield each
        yield from _kinds(each)
