"""`checks` and pytest as processes of their own, as a person types them."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from checks.tests.support.repository import ROOT

CHECKS = [sys.executable, "-m", "checks.cli.main"]
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]


def _environment(folder: Path, variables: dict[str, str]) -> dict[str, str]:
    """Nothing of the caller's own: the folder is the home."""
    return {"PATH": "/usr/bin:/bin", "HOME": str(folder), "PYTHONPATH": str(ROOT), **variables}


def checks(
    folder: Path, *words: str, answer: str | None = None, **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Run `checks` in a folder, without a terminal; `answer` is what is typed."""
    return subprocess.run(
        [*CHECKS, *words],
        cwd=folder,
        env=_environment(folder, variables),
        capture_output=True,
        text=True,
        check=False,
        input=answer or "",
    )


def at_a_terminal(folder: Path, *words: str, typed: str, **variables: str) -> tuple[int, str]:
    """Run `checks` at a terminal where that is typed; its exit code and what the terminal shows."""
    controller, terminal_side = pty.openpty()
    process = subprocess.Popen(
        [*CHECKS, *words],
        cwd=folder,
        env=_environment(folder, variables),
        stdin=terminal_side,
        stdout=terminal_side,
        stderr=terminal_side,
    )
    os.close(terminal_side)
    os.write(controller, typed.encode())
    shown = b"".join(_shown(controller))
    os.close(controller)
    return process.wait(), shown.decode()


def _shown(controller: int) -> Iterator[bytes]:
    while True:
        try:
            data = os.read(controller, 4096)
        except OSError:  # the last process has closed the terminal
            return
        if not data:
            return
        yield data
