"""Single keys from a terminal, whose settings are restored afterwards."""

import os
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread


@contextmanager
def read_keys(on_key: Callable[[str], None]) -> Iterator[None]:
    """Call `on_key` with each key until the block ends; "" when the input closes.

    Without a terminal nothing is read: a pipe has no keys.
    """
    if not sys.stdin.isatty():
        yield
        return
    descriptor = sys.stdin.fileno()
    attributes = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)
    Thread(target=_read, args=(descriptor, on_key), daemon=True).start()
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, attributes)


def _read(descriptor: int, on_key: Callable[[str], None]) -> None:
    """Read the keys unbuffered, so that none waits for the next."""
    while True:
        try:
            char = os.read(descriptor, 1).decode(errors="ignore")
        except OSError:
            char = ""
        on_key(char)
        if not char:
            return
