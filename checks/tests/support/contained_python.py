"""Python behind a border; its output is a pipe, which closes with the last of its processes."""

import os
import select
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from checks.harness.app.border import Border, CommandResult
from checks.harness.app.resource_limits import Process, kill


@dataclass(frozen=True)
class RunningPython:
    """A process, and the end of the pipe that it and all its children print to."""

    process: Process
    output: IO[bytes]

    def line(self) -> str:
        """The next line that it prints."""
        return self.output.readline().decode().strip()

    def is_anybody_left(self) -> bool:
        """Whether a process still holds the pipe, now; reads what is left in it."""
        while select.select([self.output], [], [], 0)[0]:
            if not self.output.read(1):
                return False
        return True


def run_python(border: Border, source: str, *argv: str, **extra: str) -> CommandResult:
    """Run `python -c SOURCE` to its end, with this environment besides the border's."""
    return border.run(border.python("-c", source, *argv), extra, None, 60)


@contextmanager
def running_python(border: Border, source: str, **extra: str) -> Iterator[RunningPython]:
    """Start `python -c SOURCE`, and kill it when the block ends."""
    read_end, write_end = os.pipe()
    with os.fdopen(read_end, "rb", buffering=0) as output:
        with os.fdopen(write_end, "wb") as their_output:
            process = border.popen(border.python("-c", source), extra, their_output)
        try:
            yield RunningPython(process, output)
        finally:
            kill(process, contained=border.contained)
            process.wait()
            if process.stdin is not None:
                process.stdin.close()
