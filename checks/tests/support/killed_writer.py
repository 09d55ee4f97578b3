"""A process that is killed (SIGKILL) at its n-th write: no cleanup of its own runs."""

import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

WRITES = frozenset(
    ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.truncate")
)
"""The audit events (https://docs.python.org/3/library/audit_events.html) of a changed path."""


def killed_at(number: int, root: Path, write: Callable[[], object]) -> bool:
    """Call `write` in a process of its own, which is killed before its n-th write below `root`.

    Whether it was killed; False when it ended by itself. Raises RuntimeError when `write` raised.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a fork beside threads of pytest's
        pid = os.fork()
    if pid == 0:
        code = 1
        try:
            _kill_at(number, os.fspath(root))
            write()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError("the writer raised an error of its own")
    return False


def each_kill(
    root: Path, prepare: Callable[[], object], write: Callable[[], object]
) -> Iterator[int]:
    """Kill the writer at each of its writes, after `prepare`; ends when it has no more of them."""
    number = 1
    while True:
        prepare()
        if not killed_at(number, root, write):
            return
        yield number
        number += 1


def _kill_at(number: int, root: str) -> None:
    left = [number]

    def on_event(event: str, arguments: tuple[object, ...]) -> None:
        is_write = event in WRITES or (event == "open" and _opens_for_writing(arguments))
        if is_write and _is_below(root, arguments[0]):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(on_event)


def _opens_for_writing(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def _is_below(root: str, path: object) -> bool:
    return isinstance(path, str | os.PathLike) and os.fspath(path).startswith(root)
