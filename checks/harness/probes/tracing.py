"""The app's functions on the stack, and the errors that they raise.

A probe takes this file's text, `getsource(tracing)`. It runs on the learner's side of the border,
in the process of the app, and needs only the standard library.
"""

import pydoc
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Any


def stack() -> list[str]:
    """The app's functions that are running in this thread, the outermost first."""
    return stack_of(sys._getframe(1))  # noqa: SLF001 - it has no public name


def stack_of(frame: FrameType | None) -> list[str]:
    """The app's functions from this frame outwards, the outermost first."""
    names: list[str] = []
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("app."):
            names.insert(0, f"{module}.{frame.f_code.co_qualname}")
        frame = frame.f_back
    return names


def qualified_name(name: str) -> str | None:
    """The name of an object where it is defined: app.models.event.Event for app.models.Event."""
    target = pydoc.locate(name)
    return f"{target.__module__}.{target.__qualname__}" if hasattr(target, "__qualname__") else None


class ErrorRecorder:
    """Records the errors of the exception classes of `packages` and of their subclasses.

    The traceback of an error has each function that the error passed, also the one that caught it,
    so no thread needs a trace function. A framework may delete the traceback (Starlette does): it
    is read before that. Errors created before the recorder are not recorded.
    """

    def __init__(self, packages: Sequence[str], layers: Sequence[str]) -> None:
        self.packages, self.layers = frozenset(packages), tuple(layers)
        self.instances: list[BaseException] = []
        self.sentences: dict[int, str] = {}  # by the id of the error
        for error_class in list(_subclasses(BaseException)):
            bases = error_class.__mro__[1:]
            if self._is_watched(error_class) and not any(map(self._is_watched, bases)):
                self._record_instances(error_class, error_class.__new__, error_class.__setattr__)

    def _is_watched(self, error_class: type) -> bool:
        return error_class.__module__.split(".")[0] in self.packages

    def _record_instances(
        self, error_class: Any, create: Callable[..., Any], assign: Callable[..., None]
    ) -> None:
        def new_instance(cls: type, *args: Any, **named: Any) -> Any:
            self.instances.append(create(cls, *args, **named))
            return self.instances[-1]

        def set_attribute(error: BaseException, name: str, value: object) -> None:
            if name == "__traceback__":
                self._record_raiser(error)
            assign(error, name, value)

        error_class.__new__, error_class.__setattr__ = staticmethod(new_instance), set_attribute

    def _record_raiser(self, error: BaseException) -> None:
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        inner = [f for f in frames if f.f_globals.get("__name__", "").startswith(self.layers)]
        if inner:
            sentence = f"{stack_of(inner[-1])[-1]} raises {type(error).__name__}"
            self.sentences.setdefault(id(error), sentence)

    def reset(self) -> None:
        """Forget what was raised so far."""
        for error in self.instances:
            error.__traceback__ = None
        self.sentences.clear()

    def raised(self) -> list[str]:
        """`app.services.x.f raises Y`: of each error the innermost function of `layers`."""
        for error in self.instances:
            self._record_raiser(error)
        return sorted(set(self.sentences.values()))


def _subclasses(error_class: type[BaseException]) -> Iterator[type[BaseException]]:
    for subclass in error_class.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)
