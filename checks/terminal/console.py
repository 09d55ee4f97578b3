"""The console that the commands print to."""

from rich.console import Console

MIN_WIDTH = 100  # columns of a pipe, which has no width of its own


def open_console(*, stderr: bool = False) -> Console:
    """The terminal, or plain text of at least 100 columns where there is none."""
    console = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not console.is_terminal and console.width < MIN_WIDTH:
        console.width = MIN_WIDTH
    return console
