"""The console that the commands print to."""

import shutil
import sys

from rich.console import Console, ConsoleDimensions

MIN_WIDTH = 100  # columns of a pipe, which has no width of its own


def open_console(*, stderr: bool = False) -> Console:
    """The terminal, or plain text of at least 100 columns where there is none.

    Of a terminal without escape sequences (TERM=dumb) rich does not ask the size.
    """
    console = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if console.is_dumb_terminal:
        console.size = ConsoleDimensions(*shutil.get_terminal_size())
    if not console.is_terminal and console.width < MIN_WIDTH:
        console.width = MIN_WIDTH
    return console


def screen_width() -> int | None:
    """The columns of the terminal; None where there is none, and a line may be as long as it is."""
    console = open_console()
    return console.width if console.is_terminal else None


def can_rewrite(console: Console) -> bool:
    """Whether what was printed can be written over: on a terminal that knows escape sequences."""
    return console.is_terminal and not console.is_dumb_terminal


def is_interactive() -> bool:
    """Whether a person can read a question here and answer it."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
