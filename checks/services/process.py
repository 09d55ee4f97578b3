"""Looking at processes by their pid, which may long be another program's."""

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
    """Whether the pid lives and is that program: after a reboot it may be anybody's."""
    if pid is None or not is_alive(pid):
        return False
    name = Path(f"/proc/{pid}/comm")
    if name.exists():
        return program in name.read_text()
    asked = ["ps", "-o", "comm=", "-p", str(pid)]
    return program in subprocess.run(asked, check=False, capture_output=True, text=True).stdout


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
    """Tells one boot of the machine from another; empty where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
