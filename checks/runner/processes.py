"""The pytest processes that share the tests of a run: how each begins, is waited for, and ends.

They are children of the zygote when one is known, else cold Pythons. One may be begun before it
is wanted: it imports and collects, and then waits at its starting line, a FIFO.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import IO

from checks.zygote import client as zygote
from checks.zygote.client import ended

TURN = 0.01
GRACE = 10.0
HERE = Path(__file__).parents[1]

Process = subprocess.Popen[bytes] | zygote.Child


class Cancelled(Exception):
    """The run was called off; its verdicts are not wanted."""


class OutOfTime(Exception):
    """The run was longer than it may be; what it has judged by then stands."""


@dataclass(frozen=True)
class Lane:
    """One process, what it has printed, and where it writes what it judges."""

    process: Process
    results: Path
    output: IO[bytes]
    line: int | None = None

    def go(self) -> None:
        """Let it off, if it waits; it may have ended by itself."""
        if self.line is not None:
            with contextlib.suppress(OSError):
                os.write(self.line, b"\n")

    def printed(self) -> str:
        self.output.seek(0)
        return self.output.read().decode(errors="replace")


@contextmanager
def lanes(words: Sequence[str], folder: Path, count: int, *, wait: bool) -> Iterator[list[Lane]]:
    """Start `count` processes that share the tests; none of them is left when the block ends.

    With `wait` each of them waits for its `go`.
    """
    files = [folder / f"results-{number}.jsonl" for number in range(1, count + 1)]
    with ExitStack() as stack:
        started: list[Lane] = []
        stack.callback(_end_all, started)
        for number, file in enumerate(files, 1):
            output = stack.enter_context(tempfile.TemporaryFile())
            beside = [f"--beside={other}" for other in files if other != file]
            own = [f"--results={file}", f"--lane={number}/{count}", *beside]
            line = stack.enter_context(_line(folder / f"line-{number}")) if wait else None
            own += [f"--line={folder / f'line-{number}'}"] if wait else []
            started.append(Lane(_started([*words, *own], output), file, output, line))
        yield started


@contextmanager
def _line(path: Path) -> Iterator[int]:
    """A FIFO to write to. It is open from now on: whoever reads from it sees when we are gone."""
    os.mkfifo(path, 0o600)
    descriptor = os.open(path, os.O_RDWR)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _started(argv: list[str], output: IO[bytes]) -> Process:
    """In a child of the zygote, which has pytest in memory; cold when there is none."""
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "PYTHON"))}
    variables["PYTHONDONTWRITEBYTECODE"] = "1"
    sink = output.fileno()
    if zygote.available():
        with contextlib.suppress(OSError):
            return zygote.Child(argv, cwd=HERE, env=variables, stdin=None, stdout=sink, stderr=sink)
    return subprocess.Popen(
        [sys.executable, *argv],
        cwd=HERE,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
    )


def wait(
    started: Sequence[Lane], seconds: float, called_off: Event, look: Callable[[], None]
) -> list[int]:
    """Their exit statuses; `look` is called while they run, many times a second.

    Raises OutOfTime and Cancelled while one is running still.
    """
    deadline = time.monotonic() + seconds
    for lane in started:
        while not ended(lane.process, TURN):
            look()
            if called_off.is_set():
                raise Cancelled
            if time.monotonic() > deadline:
                raise OutOfTime
    return [lane.process.wait() for lane in started]


def _end_all(started: Sequence[Lane]) -> None:
    for lane in started:
        if lane.process.poll() is None:
            _end(lane.process)


def _end(process: Process) -> None:
    """SIGINT lets pytest stop the app and drop the database that it has made."""
    for sign in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.kill(process.pid, sign)
            process.wait(timeout=GRACE)
            return
