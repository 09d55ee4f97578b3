"""Processes by their pid, which the system may have given to another program since."""

import os
import subprocess
from pathlib import Path


def read_pid(path: Path) -> int | None:
    """The number on the first line of a pid file; None when there is none."""
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def is_running(pid: int | None, program: str) -> bool:
    """Whether a process of this program has the pid: after a reboot it may be another one's."""
    if pid is None or not is_alive(pid):
        return False
    name = Path(f"/proc/{pid}/comm")
    if name.exists():
        return program in name.read_text()
    command = ["ps", "-o", "comm=", "-p", str(pid)]
    return program in subprocess.run(command, check=False, capture_output=True, text=True).stdout


def works_in(pid: int | None, folder: Path) -> bool | None:
    """Whether the process works in a folder, which may be deleted; None where nothing says so.

    After a reboot, and after a crash, a pid file may name the process of another folder.
    """
    try:
        seen = Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return None
    target = folder.readlink() if folder.is_symlink() else folder
    return str(seen).removesuffix(" (deleted)") in {str(target), str(target.resolve())}


def is_alive(pid: int) -> bool:
    """Whether a process has the pid, whoever owns it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def boot_id() -> str:
    """The id of this boot of the machine; empty where the system has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
