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
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import IO

from checks.runner.budget import Budget, BudgetWatch, Overrun
from checks.runner.tree_usage import TreeUsage
from checks.zygote import client as zygote
from checks.zygote.client import has_ended

TURN = 0.01
GRACE = 10.0
PACKAGE = Path(__file__).parents[1]

Process = subprocess.Popen[bytes] | zygote.Child


class Cancelled(Exception):
    """The run was called off; its verdicts are not wanted."""


class OutOfBudget(Exception):
    """The run was cut off; what it has judged by then stands."""

    def __init__(self, overrun: Overrun) -> None:
        super().__init__(overrun.reason)
        self.overrun = overrun


@dataclass(frozen=True)
class PytestProcess:
    """One process, what it has printed, and where it writes what it judges."""

    process: Process
    results: Path
    output: IO[bytes]
    fifo: int | None = None

    def start_tests(self) -> None:
        """Let it off, if it waits; it may have ended by itself."""
        if self.fifo is not None:
            with contextlib.suppress(OSError):
                os.write(self.fifo, b"\n")

    def printed(self) -> str:
        self.output.seek(0)
        return self.output.read().decode(errors="replace")


Start = Callable[[list[str], IO[bytes]], Process]


@contextmanager
def processes(
    start: Start, folder: Path, count: int, *, wait: bool
) -> Iterator[list[PytestProcess]]:
    """Start `count` processes that share the tests; none of them is left when the block ends.

    `start` begins one with further options, its output going to a file. With `wait` each process
    waits for `start_tests`.
    """
    files = [folder / f"results-{number}.jsonl" for number in range(1, count + 1)]
    with ExitStack() as stack:
        started: list[PytestProcess] = []
        stack.callback(_end_all, started)
        for number, file in enumerate(files, 1):
            output = stack.enter_context(tempfile.TemporaryFile())
            others = [f"--other-results={other}" for other in files if other != file]
            own = [f"--results={file}", f"--shard={number}/{count}", *others]
            fifo = stack.enter_context(_fifo(folder / f"line-{number}")) if wait else None
            own += [f"--start-fifo={folder / f'line-{number}'}"] if wait else []
            started.append(PytestProcess(start(own, output), file, output, fifo))
        yield started


@contextmanager
def _fifo(path: Path) -> Iterator[int]:
    """A FIFO to write to. It is open from now on: whoever reads from it sees when we are gone."""
    os.mkfifo(path, 0o600)
    descriptor = os.open(path, os.O_RDWR)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def start_pytest(argv: list[str], variables: dict[str, str], output: IO[bytes]) -> Process:
    """In a child of the zygote, which has pytest in memory; cold when there is none."""
    variables = {**variables, "PYTHONDONTWRITEBYTECODE": "1"}
    sink = output.fileno()
    if zygote.available():
        with contextlib.suppress(OSError):
            return zygote.Child(
                argv, cwd=PACKAGE, env=variables, stdin=None, stdout=sink, stderr=sink
            )
    return subprocess.Popen(
        [sys.executable, *argv],
        cwd=PACKAGE,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
    )


def fork_session(
    server: str, options: list[str], variables: dict[str, str], output: IO[bytes]
) -> Process:
    """A run of a session that has collected its tests. Raises OSError when it is gone."""
    sink = output.fileno()
    return zygote.Child(
        options,
        cwd=PACKAGE,
        env=variables,
        stdin=None,
        stdout=sink,
        stderr=sink,
        server=server,
    )


def wait(
    started: Sequence[PytestProcess], budget: Budget, cancelled: Event, poll: Callable[[], None]
) -> list[int]:
    """Their exit statuses; `poll` is called while they run, many times a second.

    Raises OutOfBudget and Cancelled while one is running still.
    """
    usage = TreeUsage([process.process.pid for process in started])
    watch = BudgetWatch(budget, usage, [process.results for process in started])
    for test_process in started:
        while not has_ended(test_process.process, TURN):
            poll()
            if cancelled.is_set():
                raise Cancelled
            if overrun := watch.overrun():
                raise OutOfBudget(overrun)
    return [test_process.process.wait() for test_process in started]


def _end_all(started: Sequence[PytestProcess]) -> None:
    for test_process in started:
        if test_process.process.poll() is None:
            _end(test_process.process)


def _end(process: Process) -> None:
    """SIGINT lets pytest stop the app and drop the database that it has made."""
    for sign in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.kill(process.pid, sign)
            process.wait(timeout=GRACE)
            return
