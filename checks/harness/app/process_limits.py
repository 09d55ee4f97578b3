"""What the trusted process of a test may use while it reads what a learner has made.

A configuration of thirty lines can name a value that doubles thirty times, or a graph with more
paths than atoms. A reader of files that takes so long ends as a failure of the test; the memory of
the process ends where a learner's own would, so that no neighbour is harmed.
"""

import contextlib
import resource
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType

from checks.harness.errors import AppHangs

SECONDS = 30.0
MEMORY_BYTES = 2 << 30
READERS = str(Path(__file__).parents[1] / "artefacts")
"""The folder of the modules that read deployment files."""


@contextlib.contextmanager
def limited_reading() -> Iterator[None]:
    """End a reader that has used SECONDS of CPU time in this block; only in the main thread.

    Raises AppHangs inside the reader. What else a test computes is not ended.
    """
    previous = signal.signal(signal.SIGPROF, _stop_reader)
    signal.setitimer(signal.ITIMER_PROF, SECONDS, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)


def _stop_reader(_signal: int, frame: FrameType | None) -> None:
    while frame is not None:
        if frame.f_code.co_filename.startswith(READERS):
            raise AppHangs(f"a file of yours was read for {SECONDS:g} s of CPU time without an end")
        frame = frame.f_back


def limit_memory() -> None:
    """Let this process have MEMORY_BYTES of data at most; `bubblewrap` lifts it for the app."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, hard))


def was_reading(error: BaseException) -> bool:
    """Whether the error came out of a reader of files: then it is about the file."""
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(READERS):
            return True
        trace = trace.tb_next
    return False
