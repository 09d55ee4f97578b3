"""What one command costs: its time, its CPU time and its memory."""

import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from checks.bench.cpu_clock import CpuClock
from checks.errors import CourseError

OK, NEEDS_A_PERSON = 0, 1
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Cost:
    """Seconds of wall and of CPU time, and the largest memory of the process itself, in MiB."""

    wall: float
    cpu: float
    memory: float = 0.0


def cost(
    argv: list[str],
    folder: Path,
    log: Path,
    clock: CpuClock,
    variables: Mapping[str, str] | None = None,
) -> Cost:
    """Run a command to its end in a folder; what it says is in the log.

    `variables` are added to the environment.

    Raises CourseError with the end of that when it fails.
    """
    started, worked, memory = time.monotonic(), clock.seconds(), 0.0
    with log.open("wb") as file:
        process = subprocess.Popen(
            argv,
            cwd=folder,
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(variables or {})},
        )
        while process.poll() is None:
            memory = max(memory, peak_memory(process.pid))
            time.sleep(POLL_SECONDS)
    if process.returncode not in {OK, NEEDS_A_PERSON}:
        raise CourseError(f"{' '.join(argv)} failed: {log.read_text()[-400:]}")
    return Cost(time.monotonic() - started, clock.seconds() - worked, memory)


def peak_memory(pid: int) -> float:
    """MiB that a process has held at most so far (VmHWM, proc(5)); 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    values = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(next(values, "0")) / 1024
