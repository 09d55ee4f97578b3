"""Sessions of pytest that have collected some tests and fork for each run of them.

A session costs what a short run costs, so it pays where the same tests are run many times: in
`checks verify`. Without a zygote, or when a session is gone, a run starts a pytest of its own.
"""

import hashlib
import itertools
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock

from checks.programs import child_environment
from checks.runner.processes import Process, start_pytest
from checks.services.temporary_folders import temporary_folder
from checks.zygote import client as zygote

START_SECONDS = 20.0
END_SECONDS = 5.0
POLL_SECONDS = 0.01


class CollectedSessions:
    """By pytest's words (options and files), the socket of a session that has collected them.

    A file that changed since is collected by a session of its own.
    """

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._sockets: dict[tuple[str, ...], str] = {}
        self._locks: dict[tuple[str, ...], Lock] = {}
        self._numbers = itertools.count(1)
        self._lock = Lock()

    def socket(self, words: Sequence[str]) -> str:
        """Where to ask for a run of these tests; "" where there is no such session."""
        key = (*words, *_contents(words))
        with self._lock:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            if key not in self._sockets:
                self._sockets[key] = self._start(words)
        return self._sockets[key]

    def _start(self, words: Sequence[str]) -> str:
        """Start a session and wait until it has collected; "" when it does not."""
        if not zygote.available():
            return ""
        path = self._folder / f"{next(self._numbers)}.sock"
        output = self._stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - it is entered
        options = ["--capture=no", f"--fork-server={path}"]  # it listens to its input
        session = start_pytest([*words, *options], child_environment(), output)
        self._stack.callback(_end, session)
        deadline = time.monotonic() + START_SECONDS
        while not path.exists():
            if session.poll() is not None or time.monotonic() > deadline:
                return ""
            time.sleep(POLL_SECONDS)
        return str(path)


def _contents(words: Sequence[str]) -> Iterator[str]:
    """The hash of each file among pytest's words."""
    for file in (Path(word.partition("::")[0]) for word in words):
        if file.is_file():
            yield hashlib.sha256(file.read_bytes()).hexdigest()


def _end(session: Process) -> None:
    """Close its input, which ends it; kill one that does not end."""
    if session.stdin is not None:
        session.stdin.close()
    try:
        session.wait(timeout=END_SECONDS)
    except subprocess.TimeoutExpired:
        os.kill(session.pid, signal.SIGKILL)
        session.wait()


@contextmanager
def collected_sessions() -> Iterator[CollectedSessions]:
    """Sessions that are started when they are first asked for, and end with the block."""
    with temporary_folder("tests") as folder, ExitStack() as stack:
        yield CollectedSessions(folder, stack)
