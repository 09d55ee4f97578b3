"""One key at a time from a terminal, and the terminal as it was afterwards."""

import os
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread


@contextmanager
def pressed(act: Callable[[str], None]) -> Iterator[None]:
    """Call `act` with each key until the block ends; "" when the input closes.

    Without a terminal nothing is read: a pipe has no keys.
    """
    if not sys.stdin.isatty():
        yield
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)
    Thread(target=_read, args=(descriptor, act), daemon=True).start()
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _read(descriptor: int, act: Callable[[str], None]) -> None:
    """Unbuffered, so that no key waits behind another."""
    while True:
        try:
            char = os.read(descriptor, 1).decode(errors="ignore")
        except OSError:
            char = ""
        act(char)
        if not char:
            return
