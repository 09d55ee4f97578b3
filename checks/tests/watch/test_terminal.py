"""The watcher for real, on a terminal of its own."""

import os
import pty
import select
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.tests.support.day_one import DAY, workbook
from checks.tests.support.repository import ROOT

__all__ = ["workbook"]  # a fixture
TIMEOUT_SECONDS = 60


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    controller, terminal_side = pty.openpty()
    yield controller, terminal_side
    os.close(controller)
    os.close(terminal_side)


def read_until(controller: int, until: str) -> str:
    """What the terminal shows until these words appear."""
    text = ""
    while until not in text:
        ready, _, _ = select.select([controller], [], [], TIMEOUT_SECONDS)
        assert ready, f"{until!r} does not appear; there is {text!r}"
        text += os.read(controller, 65536).decode(errors="replace")
    return text


def test_on_a_terminal_a_saved_answer_turns_the_verdict_and_q_gives_the_terminal_back(
    workbook: Path, terminal: tuple[int, int]
) -> None:
    controller, terminal_side = terminal
    before = termios.tcgetattr(terminal_side)
    home = {"PATH": os.environ["PATH"], "HOME": str(workbook), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "checks.cli.main", "watch", "1.2"],
        cwd=workbook,
        env={**home, "TERM": "xterm", "COLUMNS": "100"},
        stdin=terminal_side,
        stdout=terminal_side,
        stderr=terminal_side,
        start_new_session=True,
    )

    shown = read_until(controller, "points 0/")
    assert f"1.2 runs now, then at each save in days/{DAY}" in shown
    assert "tests 0/16" in shown
    answer = workbook / "solutions" / DAY
    for file in (answer / "app").rglob("*.py"):
        (workbook / "days" / DAY / file.relative_to(answer)).write_bytes(file.read_bytes())
    read_until(controller, "tests 16/16")
    os.write(controller, b"q")

    assert process.wait(TIMEOUT_SECONDS) == 0
    assert termios.tcgetattr(terminal_side) == before
