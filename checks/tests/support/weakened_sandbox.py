"""The sandbox without one of its protections, and processes that attacks leave without it."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from checks.grade.attacks.attack import Surroundings
from checks.harness.app import tmpfs
from checks.sandbox import bubblewrap
from checks.sandbox.sandbox_uid import NOBODY_UID

Weakening = Callable[[list[str], Surroundings], list[str]]


def plain(argv: list[str], around: Surroundings) -> list[str]:
    """Python without any sandbox; what is mounted there lies at its own path."""
    around.variables.update(SCRATCH=str(around.scratch), TREE=str(around.tree))
    (around.scratch / "room").mkdir()
    return argv[argv.index(sys.executable) :]


def under_a_terminal(argv: list[str], around: Surroundings) -> list[str]:
    """Python without any sandbox, in a session with a terminal."""
    spawn = "import pty, sys; pty.spawn(sys.argv[1:])"
    return [sys.executable, "-c", spawn, *plain(argv, around)]


def without(*options: str) -> Weakening:
    """The sandbox without these words of the command line; its scratch folder is a tmpfs."""

    def weakened(argv: list[str], around: Surroundings) -> list[str]:
        command = [word for word in argv if word not in options]
        return [sys.executable, "-I", "-m", tmpfs.__name__, str(around.scratch), *command]

    return weakened


def without_filter(argv: list[str], around: Surroundings) -> list[str]:
    """The sandbox without seccomp."""
    number = str(bubblewrap.FILTER_DESCRIPTOR)
    kept = argv[argv.index("--seccomp") + 2 :]
    assert number not in kept
    return ["bwrap", *kept]


def with_terminals(argv: list[str], around: Surroundings) -> list[str]:
    """The sandbox with the terminals of its /dev."""
    start = argv.index("/dev/pts") - 1
    assert argv[start : start + 2] == ["--tmpfs", "/dev/pts"]
    return [*argv[: start - 2], *argv[start + 4 :]]


def without_tmpfs(argv: list[str], around: Surroundings) -> list[str]:
    """The sandbox with a scratch folder on the disk."""
    return argv


def with_a_large_tmp(argv: list[str], around: Surroundings) -> list[str]:
    """The sandbox with a /tmp of 1 GiB and files of any size."""
    size = str(1 << 30)
    return [
        size if word == str(64 << 20) else word for word in argv if not word.startswith("--fsize")
    ]


def with_privileges(argv: list[str], around: Surroundings) -> list[str]:
    """Another user, who may gain privileges, without a sandbox."""
    user = [f"--reuid={NOBODY_UID}", f"--regid={NOBODY_UID}"]
    return ["/usr/bin/setpriv", *user, "--clear-groups", "/usr/bin/python3", *argv[-4:]]


@dataclass(frozen=True)
class FollowingFolder:
    """The same accesses as `LearnerFolder`'s by paths: each of them follows links."""

    root: Path

    def truncate(self, name: str, size: int) -> None:
        os.truncate(self.root / name, size)

    def make_folder(self, name: str, mode: int) -> None:
        (self.root / name).mkdir(exist_ok=True)
        (self.root / name).chmod(mode)

    def remove(self, name: str) -> None:
        (self.root / name).unlink()

    def write_bytes(self, name: str, data: bytes, mode: int = 0o644) -> None:
        (self.root / name).write_bytes(data)
        (self.root / name).chmod(mode)

    def read_bytes(self, name: str, limit: int = 0) -> bytes:
        return (self.root / name).read_bytes()


@contextmanager
def no_process_left(around: Surroundings) -> Iterator[None]:
    """Kill what an attack has left, when the block ends."""
    try:
        yield
    finally:
        mark = f"OUTSIDE={around.outside}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (folder / "environ").read_bytes():
                    os.kill(int(folder.name), signal.SIGKILL)
