"""A Celery worker of the learner's app, with a pool of one child that a test may kill."""

import contextlib
import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

from checks.harness.app.border import Border
from checks.harness.app.process import last_error
from checks.harness.errors import AppDown
from checks.zygote import client as zygote

if TYPE_CHECKING:
    import redis

# Mingling, gossip and heartbeats are for several workers, and a second is lost with them.
OPTIONS = (
    *("--pool", "prefork", "--concurrency", "1", "--loglevel", "warning"),
    *("--without-mingle", "--without-gossip", "--without-heartbeat"),
)


class Worker:
    """`celery -A app.celery_app worker`: started when a test says so, and once for several."""

    def __init__(self, border: Border, broker: "redis.Redis") -> None:
        """`broker` is the checker's client of the database that the messages are in."""
        self._border = border
        self._broker = broker
        self._process: subprocess.Popen[bytes] | zygote.Child | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as this does

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._log.close()

    def start(self) -> None:
        """Start it unless it runs; what is in the queue need not wait until it is ready."""
        if self._process is not None and self._process.poll() is None:
            return
        self.stop()
        argv = self._border.python(self._border.script("celery_runner.py"), *OPTIONS)
        self._process = self._border.popen(argv, {}, self._log)

    def stop(self) -> None:
        """Kill it with its pool, and return when it can take no more messages; safe to call twice.

        Redis gives a message to whoever waits for one, as long as it has not seen that they died.
        """
        if self._process is None:
            return
        pids = family(self._process.pid, dict(parents()))
        with contextlib.suppress(OSError):  # it may have ended by itself
            if self._process.stdin:
                self._process.stdin.close()
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=10)
        self._process = None
        _wait(lambda: not pids & {pid for pid, _ in parents()})
        _wait(lambda: not self._listened_to())

    def _listened_to(self) -> bool:
        number = str(self._broker.connection_pool.connection_kwargs["db"])
        clients = cast("list[dict[str, str]]", self._broker.client_list())
        return any(client["db"] == number and "b" in client["flags"] for client in clients)

    def ensure_alive(self) -> None:
        """Raises AppDown, with the last error of its log, if it has ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            raise AppDown(f"`celery -A app.celery_app worker` ends: {last_error(self.log())}")

    def log(self) -> str:
        """What it has printed."""
        size = os.fstat(self._log.fileno()).st_size
        return os.pread(self._log.fileno(), size, 0).decode(errors="replace")

    def kill_child(self) -> None:
        """SIGKILL for the pool's child, as the system does when memory runs out."""
        assert self._process is not None, "the worker has been started"
        for pid in youngest(self._process.pid, dict(parents())):
            os.kill(pid, signal.SIGKILL)


def family(ancestor: int, parent_of: dict[int, int]) -> set[int]:
    """A process and all its descendants."""
    found = {ancestor}
    while more := {pid for pid, parent in parent_of.items() if parent in found} - found:
        found |= more
    return found


def youngest(ancestor: int, parent_of: dict[int, int]) -> list[int]:
    """Those descendants that have no children themselves; a lone process has none."""
    return sorted(family(ancestor, parent_of) - {ancestor} - set(parent_of.values()))


def _wait(good: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not good() and time.monotonic() < deadline:
        select.select([], [], [], 0.01)


def parents() -> Iterator[tuple[int, int]]:
    """Every process of this machine with its parent: from /proc, or from `ps` without one."""
    if not Path("/proc/self/stat").exists():
        done = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, check=True)
        yield from ((int(a), int(b)) for a, b in map(bytes.split, done.stdout.splitlines()))
        return
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = file.read_text()
        except OSError:  # it has ended meanwhile
            continue
        yield int(file.parent.name), int(text.rpartition(")")[2].split()[1])
