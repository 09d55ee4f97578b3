"""Limits of what the learner's side may use: output, disk, database and memory.

A process beyond a limit is killed with all its children. Output is always bounded, since the
checker reads it. Contained, so are the files, the databases and the memory of all processes
together: limits of single files and processes bound no sum.
"""

import contextlib
import os
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Protocol, TypeVar

import psycopg

from checks.errors import CourseError
from checks.harness.app import tmpfs
from checks.harness.app.clock import wait_for
from checks.harness.app.memory_usage import memory_bytes
from checks.harness.app.sandboxed_child import SandboxedChild
from checks.harness.app.service_health import is_exhausted
from checks.harness.errors import HarnessError, OutOfMemory, ServicesDown, TooMuchOutput
from checks.sandbox.memory_cgroup import LIMIT, MemoryCgroup
from checks.sandbox.process_tree import descendants, kill_sandbox, process_files
from checks.zygote import client as zygote

MIB = 1 << 20
OUTPUT_LIMIT = 8 * MIB
DISK_LIMIT = 256 * MIB
FILE_LIMIT = 20_000
DEPTH_LIMIT = 64
DATABASE_LIMIT = 512 * MIB
SHARED_LIMIT = 256 * MIB
MEMORY_LIMIT = 2048 * MIB
POLL_SECONDS = 0.25
END_SECONDS = 10.0
T = TypeVar("T")
Process = zygote.Process | SandboxedChild


class UsageSource(Protocol):
    """The part of a border that the limits measure: its folder, its databases, its backends."""

    @property
    def contained(self) -> bool: ...
    @property
    def scratch(self) -> Path: ...
    @property
    def stored_bytes(self) -> Callable[[], int]: ...
    @property
    def shared_growth(self) -> Callable[[], int]: ...
    @property
    def backends(self) -> Callable[[], Sequence[int]]: ...
    @property
    def memory(self) -> MemoryCgroup | None: ...


@dataclass
class Limits:
    """The limits of one process; `name` begins the message about a breach."""

    border: UsageSource
    process: Process
    outputs: tuple[IO[bytes], ...]
    name: str
    breach: HarnessError | None = field(default=None, init=False)

    def check(self) -> HarnessError | None:
        """The limit that the process went beyond, now or earlier; by then it has been killed."""
        if self.breach is None:
            self.breach = next(self._breaches(), None)
            if self.breach is not None:
                if self._is_stopped() and isinstance(self.process, SandboxedChild):
                    self.process.sandbox.kill()  # who would end its family is stopped, too
                kill(self.process, contained=self.border.contained)
        return self.breach

    @property
    def _ancestor(self) -> int:
        """The process below which everything is counted, also what has escaped from its family."""
        process = self.process
        return process.sandbox.pid if isinstance(process, SandboxedChild) else process.pid

    def _breaches(self) -> Iterator[HarnessError]:
        if sum(os.fstat(file.fileno()).st_size for file in self.outputs) > OUTPUT_LIMIT:
            yield TooMuchOutput(
                f"{self.name} was ended: it printed more than {OUTPUT_LIMIT // MIB} MiB"
            )
        if not self.border.contained:
            return
        if exceeds_disk_limit(self.border.scratch, self._ancestor):
            limits = f"{DISK_LIMIT // MIB} MiB, {FILE_LIMIT} files, or {DEPTH_LIMIT} folders deep"
            yield TooMuchOutput(f"{self.name} was ended: it wrote more than {limits}")
        if self._is_stopped():
            limits = f"{LIMIT // MIB} MiB, with what the kernel keeps for it"
            yield OutOfMemory(f"{self.name} was ended: it held more than {limits}")
        try:
            yield from self._server_breaches()
        except (psycopg.Error, CourseError) as error:  # who takes all locks must not grow unseen
            reason = str(error).partition("\n")[0]
            yield ServicesDown(f"{self.name} was ended: PostgreSQL has nothing left: {reason}")

    def _is_stopped(self) -> bool:
        """Whether the kernel lets the processes have no more memory."""
        return self.border.memory is not None and self.border.memory.is_exceeded()

    def _server_breaches(self) -> Iterator[HarnessError]:
        if _value_or(self.border.stored_bytes, 0) > DATABASE_LIMIT:
            limits = f"{DATABASE_LIMIT // MIB} MiB in its database"
            yield TooMuchOutput(f"{self.name} was ended: it stored more than {limits}")
        if _value_or(self.border.shared_growth, 0) > SHARED_LIMIT:
            limits = f"{SHARED_LIMIT // MIB} MiB in files that belong to no database"
            yield ServicesDown(f"{self.name} was ended: PostgreSQL wrote more than {limits}")
        backends: Sequence[int] = _value_or(self.border.backends, ())
        if memory_bytes(self._ancestor, backends, MEMORY_LIMIT) > MEMORY_LIMIT:
            limits = f"{MEMORY_LIMIT // MIB} MiB, with what its statements hold"
            yield OutOfMemory(f"{self.name} was ended: it held more than {limits}")


def _value_or(query: Callable[[], T], default: T) -> T:
    """The answer of the server, or the default during an outage, which is reported elsewhere.

    Raises psycopg.Error or LoginRefused when the server lives and lacks what an answer needs.
    """
    try:
        return query()
    except (psycopg.Error, CourseError) as error:
        if is_exhausted(error):
            raise
    return default


def kill(process: Process, *, contained: bool, init_process: int | None = None) -> None:
    """Kill a process and its group, its family in a common sandbox, or the sandbox of its own.

    Contained, it returns when all of that is dead. `init_process` is the pidfd of the pid 1 in a
    sandbox of its own, whose bubblewrap may have ended; it is closed.
    """
    if isinstance(process, SandboxedChild):
        process.end()
    elif contained:
        kill_sandbox(process.pid, init_process)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def wait_for_end(process: Process) -> None:
    """Wait for a process that was killed. Raises subprocess.TimeoutExpired after END_SECONDS."""
    if not wait_for(partial(zygote.has_ended, process), END_SECONDS):
        raise subprocess.TimeoutExpired("a process that was killed", END_SECONDS)


def exceeds_disk_limit(folder: Path, pid: int) -> bool:
    """Whether a folder holds more than it may, or is too deep to be walked. No link is followed.

    A tmpfs counts for itself. In any other folder the named files are counted, and the unlinked
    ones that the process `pid` and its descendants hold open.
    """
    if (usage := tmpfs.usage(folder)) is not None:
        return usage[0] > DISK_LIMIT or usage[1] > FILE_LIMIT
    size, count = _unlinked_bytes(pid), 0
    with contextlib.suppress(OSError):  # a file that is gone takes up no space
        for path, folders, files, descriptor in os.fwalk(folder, follow_symlinks=False):
            if len(Path(path).relative_to(folder).parts) > DEPTH_LIMIT:
                return True
            for name in (*folders, *files):
                with contextlib.suppress(OSError):
                    size += os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_blocks * 512
                count += 1
                if size > DISK_LIMIT or count > FILE_LIMIT:
                    return True
    return False


def _unlinked_bytes(pid: int) -> int:
    """The bytes of the unlinked files that a process and its descendants hold open."""
    sizes: dict[tuple[int, int], int] = {}
    for each in [pid, *descendants(pid)]:
        for open_file in process_files(each, "fd/*"):
            with contextlib.suppress(OSError):
                status = open_file.stat()
                if status.st_nlink == 0 and stat.S_ISREG(status.st_mode):
                    sizes[status.st_dev, status.st_ino] = status.st_blocks * 512
    return sum(sizes.values())
