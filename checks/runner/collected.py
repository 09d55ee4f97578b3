"""Sessions of pytest that have collected some tests and fork for each run of them.

A session costs what a short run costs, so it pays where the same tests are run many times: in
`checks verify`. Without a zygote, or when a session is gone, a run starts a pytest of its own.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock

from checks.runner.processes import start_pytest
from checks.zygote import client as zygote

START_SECONDS = 20.0
POLL_SECONDS = 0.01


class CollectedSessions:
    """By pytest's words (options and files), the socket of a session that has collected them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._sockets: dict[tuple[str, ...], str] = {}
        self._locks: dict[tuple[str, ...], Lock] = {}
        self._lock = Lock()

    def socket(self, words: Sequence[str]) -> str:
        """Where to ask for a run of these tests; "" where there is no such session."""
        key = tuple(words)
        with self._lock:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            if key not in self._sockets:
                self._sockets[key] = self._start(words)
        return self._sockets[key]

    def _start(self, words: Sequence[str]) -> str:
        if not zygote.available():
            return ""
        path = self._folder / f"{len(self._locks)}-{time.monotonic_ns()}.sock"
        output = self._stack.enter_context(tempfile.TemporaryFile())
        session = start_pytest([*words, f"--fork-server={path}"], output)
        if session.stdin is None:  # cold after all: its input is no lifeline
            session.kill() if hasattr(session, "kill") else None
            return ""
        self._stack.callback(session.stdin.close)  # it ends when its input does
        deadline = time.monotonic() + START_SECONDS
        while not path.exists():
            if session.poll() is not None or time.monotonic() > deadline:
                return ""
            time.sleep(POLL_SECONDS)
        return str(path)


@contextmanager
def collected_sessions() -> Iterator[CollectedSessions]:
    """Sessions that are started when they are first asked for, and end with the block."""
    with tempfile.TemporaryDirectory(prefix="eventure-tests-") as folder, ExitStack() as stack:
        yield CollectedSessions(Path(folder), stack)
