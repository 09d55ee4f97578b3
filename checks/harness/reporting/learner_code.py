"""What a failure shows of the learner's code: the lines of its frame, and what it has printed."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from checks.harness.app.process import EXCEPTION
from checks.harness.app.validation_errors import length_of_details

FRAME = re.compile(r"(?P<path>[\w./-]+\.py):(?P<line>\d+)")
"""`app/x.py:12 in f`, as a cause's frame and the sentence about a hanging app have it."""
AROUND = 1  # lines before and after the frame's own
MAX_PRINTED = 12
MAX_WIDTH = 200
SIZE_LIMIT = 1 << 20
TRACEBACK = "Traceback (most recent call last):"
SERVER_LINE = re.compile(
    r"(DEBUG|INFO|WARNING|ERROR|CRITICAL):\s|\{\"|end of dump|Thread 0x|Current thread|  File "
)
ADDED = ("During handling of the above", "The above exception was", "DETAIL:", "HINT:", "LINE ")
"""How lines begin that Python and PostgreSQL add to an exception."""
SQLALCHEMY, SQLALCHEMY_END = "sqlalchemy.exc.", "(Background on this error"


def code_lines(tree: Path, text: str) -> tuple[str, ...]:
    """The line that a text names, and its neighbours: `> 12 | return x`; none for no such line."""
    match = FRAME.search(text)
    file = (tree / match["path"]).resolve() if match else tree
    if match is None or not file.is_relative_to(tree.resolve()) or not file.is_file():
        return ()
    if file.stat().st_size > SIZE_LIMIT:
        return ()
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    number = int(match["line"])
    shown = range(max(1, number - AROUND), min(len(lines), number + AROUND) + 1)
    return tuple(
        f"{'>' if n == number else ' '} {n:>3} │ {lines[n - 1][:MAX_WIDTH]}".rstrip() for n in shown
    )


def printed_lines(log: str) -> tuple[str, ...]:
    """The last lines of a log that the learner's code has printed.

    Tracebacks, the server's own lines and a log in JSON are left out.
    """
    return tuple(line[:MAX_WIDTH] for line in _printed(log))[-MAX_PRINTED:]


def _printed(log: str) -> Iterator[str]:
    end: Callable[[str], object] | None = None  # of what is left out now
    lines = log.splitlines()
    details_left = 0
    for number, line in enumerate(lines):
        if details_left:
            details_left -= 1
        elif TRACEBACK in line:
            end = _is_exception
        elif end is not None:
            ended = end(line)
            details_left = length_of_details(lines, number) if ended else 0
            is_sql = ended and line.lstrip(" |").startswith(SQLALCHEMY)
            end = _is_end_of_sql if is_sql else None if ended else end
        elif line.strip() and not SERVER_LINE.match(line) and not line.startswith(ADDED):
            yield line


def _is_exception(line: str) -> bool:
    return EXCEPTION.match(line.lstrip(" |")) is not None


def _is_end_of_sql(line: str) -> bool:
    return line.lstrip(" |").startswith(SQLALCHEMY_END)
