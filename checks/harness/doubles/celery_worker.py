"""A Celery worker of the learner's app, with a pool of one child that a test may kill."""

import contextlib
import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

from checks.harness.app.border import Border
from checks.harness.app.clock import now
from checks.harness.app.process import last_error
from checks.harness.app.resource_limits import Process, kill, wait_for_end
from checks.harness.errors import AppDown

if TYPE_CHECKING:
    import redis

# Mingling, gossip and heartbeats are for several workers, and take a second.
OPTIONS = (
    *("--pool", "prefork", "--concurrency", "1", "--loglevel", "warning"),
    *("--without-mingle", "--without-gossip", "--without-heartbeat"),
)


class CeleryWorker:
    """`celery -A app.celery_app worker`: started by the first test that needs it, for all tests."""

    def __init__(
        self, border: Border, broker: "redis.Redis", variables: Mapping[str, str] | None = None
    ) -> None:
        """`broker` is the checker's client of the broker's Redis database."""
        self._border = border
        self._variables = variables or {}
        self._broker = broker
        self._process: Process | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as this object

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._log.close()

    def start(self) -> None:
        """Start the worker unless it runs; a message may be in the queue before it is ready."""
        if self._process is not None and self._process.poll() is None:
            return
        self.stop()
        argv = self._border.python(self._border.script("celery_runner.py"), *OPTIONS)
        self._process = self._border.popen(argv, self._variables, self._log)

    def stop(self) -> None:
        """Kill the worker with its pool; safe to call twice.

        Returns when Redis has noticed: until then it sends messages to the dead connection.
        """
        if self._process is None:
            return
        pids = process_tree(self._process.pid, dict(parent_pids()))
        with contextlib.suppress(OSError):  # the worker may have ended by itself
            if self._process.stdin:
                self._process.stdin.close()
        kill(self._process, contained=self._border.contained)
        wait_for_end(self._process)
        self._process = None
        _wait_until(lambda: not pids & {pid for pid, _ in parent_pids()})
        _wait_until(lambda: not self._has_blocked_client())

    def _has_blocked_client(self) -> bool:
        number = str(self._broker.connection_pool.connection_kwargs["db"])
        clients = cast("list[dict[str, str]]", self._broker.client_list())
        return any(client["db"] == number and "b" in client["flags"] for client in clients)

    def ensure_alive(self) -> None:
        """Raises AppDown, with the last error of the log, if the worker has ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            raise AppDown(f"`celery -A app.celery_app worker` ends: {last_error(self.log())}")

    def log(self) -> str:
        """The output of the worker."""
        size = os.fstat(self._log.fileno()).st_size
        return os.pread(self._log.fileno(), size, 0).decode(errors="replace")

    def kill_child(self) -> None:
        """SIGKILL for the pool's child, as the system does when memory runs out."""
        assert self._process is not None, "the worker has been started"
        for pid in leaf_processes(self._process.pid, dict(parent_pids())):
            os.kill(pid, signal.SIGKILL)


def process_tree(ancestor: int, parent_of: dict[int, int]) -> set[int]:
    """A process and all its descendants."""
    tree = {ancestor}
    while children := {pid for pid, parent in parent_of.items() if parent in tree} - tree:
        tree |= children
    return tree


def leaf_processes(ancestor: int, parent_of: dict[int, int]) -> list[int]:
    """The descendants without children of their own; a process without descendants has none."""
    return sorted(process_tree(ancestor, parent_of) - {ancestor} - set(parent_of.values()))


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = now() + 10
    while not condition() and now() < deadline:
        select.select([], [], [], 0.01)


def parent_pids() -> Iterator[tuple[int, int]]:
    """Every process of this machine with its parent: from /proc, or from `ps` without one."""
    if not Path("/proc/self/stat").exists():
        result = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, check=True)
        yield from ((int(a), int(b)) for a, b in map(bytes.split, result.stdout.splitlines()))
        return
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = file.read_text()
        except OSError:  # the process has ended meanwhile
            continue
        yield int(file.parent.name), int(text.rpartition(")")[2].split()[1])
