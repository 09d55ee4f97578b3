"""What the learner's side may use up; whoever goes beyond it is ended with all its children.

Everybody's output is bounded, since we read it. Contained, so are the files, the databases and
the memory of all processes together: limits of single files and processes bound none of them.
"""

import contextlib
import os
import select
import signal
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol, TypeVar

import psycopg

from checks.errors import CourseError
from checks.harness.app import tmpfs
from checks.harness.errors import AppFloods, HarnessError, OutOfMemory
from checks.zygote.client import Process

MIB = 1 << 20
PRINTED = 8 * MIB
WRITTEN = 256 * MIB
FILES = 20_000
DEPTH = 64
STORED = 512 * MIB
HELD = 2048 * MIB
TURN = 0.25
T = TypeVar("T")
PATIENCE = 5.0


class Bounded(Protocol):
    """What is asked of a border: where its processes write, store and compute."""

    @property
    def contained(self) -> bool: ...
    @property
    def scratch(self) -> Path: ...
    @property
    def stored(self) -> Callable[[], int]: ...
    @property
    def backends(self) -> Callable[[], Sequence[int]]: ...


@dataclass
class Limits:
    """Looks at one process; `name` begins the sentence about it."""

    border: Bounded
    process: Process
    outputs: tuple[IO[bytes], ...]
    name: str
    found: HarnessError | None = field(default=None, init=False)

    def look(self) -> HarnessError | None:
        """What it went beyond, now or earlier; then it has been ended."""
        if self.found is None:
            self.found = next(self._beyond(), None)
            if self.found is not None:
                end(self.process, contained=self.border.contained)
        return self.found

    def _beyond(self) -> Iterator[HarnessError]:
        if sum(os.fstat(file.fileno()).st_size for file in self.outputs) > PRINTED:
            yield AppFloods(f"{self.name} was ended: it printed more than {PRINTED // MIB} MiB")
        if not self.border.contained:
            return
        if overfull(self.border.scratch, self.process.pid):
            most = f"{WRITTEN // MIB} MiB, {FILES} files, or {DEPTH} folders deep"
            yield AppFloods(f"{self.name} was ended: it wrote more than {most}")
        if _told(self.border.stored, 0) > STORED:
            most = f"{STORED // MIB} MiB in its database"
            yield AppFloods(f"{self.name} was ended: it stored more than {most}")
        if memory_of(self.process.pid, _told(self.border.backends, ())) > HELD:
            most = f"{HELD // MIB} MiB, with what its statements hold"
            yield OutOfMemory(f"{self.name} was ended: it held more than {most}")


def _told(ask: Callable[[], T], otherwise: T) -> T:
    """What the server says; its outage is found out elsewhere."""
    with contextlib.suppress(psycopg.Error, CourseError):
        return ask()
    return otherwise


def end(process: Process, *, contained: bool) -> None:
    """Kill a process and its group, or all that is in its sandbox, and return when that is dead.

    bubblewrap's child is the first process in there: the kernel buries it after all others.
    """
    with ExitStack() as steps:
        for first in _children(process.pid) if contained else ():
            with contextlib.suppress(ProcessLookupError):
                descriptor = os.pidfd_open(first)
                steps.callback(os.close, descriptor)
                steps.callback(select.select, [descriptor], [], [], PATIENCE)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def overfull(folder: Path, pid: int) -> bool:
    """Whether a folder holds more than it may, or goes too deep to look. No link is followed.

    A room is asked itself. In any other folder names are counted, and what the process `pid` and
    its descendants keep open without a name.
    """
    if (found := tmpfs.used(folder)) is not None:
        return found[0] > WRITTEN or found[1] > FILES
    size, count = _nameless(pid), 0
    with contextlib.suppress(OSError):  # what goes away meanwhile takes up no room
        for path, folders, files, here in os.fwalk(folder, follow_symlinks=False):
            if len(Path(path).relative_to(folder).parts) > DEPTH:
                return True
            for name in (*folders, *files):
                with contextlib.suppress(OSError):
                    size += os.stat(name, dir_fd=here, follow_symlinks=False).st_blocks * 512
                count += 1
                if size > WRITTEN or count > FILES:
                    return True
    return False


def _nameless(pid: int) -> int:
    """The bytes of the files that a process and its descendants hold open and have removed."""
    sizes: dict[tuple[int, int], int] = {}
    for each in _family(pid):
        for opened in Path(f"/proc/{each}/fd").glob("*"):
            with contextlib.suppress(OSError):
                found = opened.stat()
                if found.st_nlink == 0 and stat.S_ISREG(found.st_mode):
                    sizes[found.st_dev, found.st_ino] = found.st_blocks * 512
    return sum(sizes.values())


def memory_of(pid: int, backends: Sequence[int] = ()) -> int:
    """The bytes that a process, its descendants and the backends hold, as far as the system tells.

    After a fork parent and child share pages: where they seem too many each is counted once.
    """
    family = list(_family(pid))
    shared = _shared(family)
    family += backends  # what those share is the server's own
    held = shared + sum(_resident(each) for each in family)
    return held if held <= HELD else shared + sum(_share(each) for each in family)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in _children(pid):
        yield from _family(child)


def _children(pid: int) -> Iterator[int]:
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            yield from map(int, listed.read_text().split())


def _shared(family: list[int]) -> int:
    """Bytes that they have mapped to share: who holds them need not have touched them."""
    areas: dict[str, int] = {}
    for pid in family:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
                if line.endswith("/dev/zero (deleted)"):  # how the kernel calls them all
                    span, _, _, _, inode, *_ = line.split()
                    start, end = (int(each, 16) for each in span.split("-"))
                    areas[inode] = max(areas.get(inode, 0), end - start)
    return sum(areas.values())


def _resident(pid: int) -> int:
    """Bytes of its own in memory, those included that it still shares with its parent."""
    with contextlib.suppress(OSError):
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
        return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _share(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss_Anon:"):
                return int(line.split()[1]) * 1024
    return _resident(pid)
