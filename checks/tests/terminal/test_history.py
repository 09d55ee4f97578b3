"""The table of attempts: a line each, also on a narrow terminal."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from checks.course.course import find_root, load_course
from checks.terminal.history import render_history
from checks.workspace.attempts import Attempt

COURSE = load_course(find_root(Path(__file__)), "solutions")


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_an_attempt_is_one_line_at_60_columns(lang: str) -> None:
    task = COURSE.tasks[0]
    attempt = Attempt("2026-11-30T17:49:00+00:00", task.key, "fail", 0, 12, f"test_{'long_' * 12}")
    console = Console(file=io.StringIO(), width=60)

    console.print(render_history(COURSE, [attempt, attempt], [], lang))

    assert isinstance(console.file, io.StringIO)
    rows = [line for line in console.file.getvalue().splitlines() if "long_" in line]
    assert len(rows) == 2
    assert all(row.endswith("…") and "2026-11-30" in row for row in rows)
