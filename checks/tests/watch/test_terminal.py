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
    outer, inner = pty.openpty()
    yield outer, inner
    os.close(outer)
    os.close(inner)


def seen(outer: int, until: str) -> str:
    """What the terminal shows until these words appear."""
    text = ""
    while until not in text:
        ready, _, _ = select.select([outer], [], [], TIMEOUT_SECONDS)
        assert ready, f"{until!r} does not appear; there is {text!r}"
        text += os.read(outer, 65536).decode(errors="replace")
    return text


def test_on_a_terminal_a_saved_answer_turns_the_verdict_and_q_gives_the_terminal_back(
    workbook: Path, terminal: tuple[int, int]
) -> None:
    outer, inner = terminal
    before = termios.tcgetattr(inner)
    home = {"PATH": os.environ["PATH"], "HOME": str(workbook), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "checks.cli.main", "watch", "1.2"],
        cwd=workbook,
        env={**home, "TERM": "xterm", "COLUMNS": "100"},
        stdin=inner,
        stdout=inner,
        stderr=inner,
        start_new_session=True,
    )

    assert "tests 0/16" in seen(outer, "quit")
    answer = workbook / "solutions" / DAY
    for file in (answer / "app").rglob("*.py"):
        (workbook / "days" / DAY / file.relative_to(answer)).write_bytes(file.read_bytes())
    seen(outer, "tests 16/16")
    os.write(outer, b"q")

    assert process.wait(TIMEOUT_SECONDS) == 0
    assert termios.tcgetattr(inner) == before
